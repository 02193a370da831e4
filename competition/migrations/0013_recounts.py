import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q

NOW = django.db.models.functions.datetime.Now()
UNFINISHED = Q(state__in=["waiting", "running"])


def key(to):
    return models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=f"competition.{to}")


class Migration(migrations.Migration):
    dependencies = [("competition", "0012_clock")]

    operations = [
        migrations.CreateModel(
            name="Recount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("attempt", models.PositiveIntegerField(default=1)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("worker", models.CharField(blank=True, max_length=80)),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("phase", key("phase")),
                ("track", key("track")),
                ("ground_truth", key("groundtruth")),
                ("day", models.DateField()),
                ("board_version", models.PositiveIntegerField()),
                ("waiting_since", models.DateTimeField(db_default=NOW)),
                ("last", models.BigIntegerField(default=0)),
                ("compared", models.PositiveIntegerField(default=0)),
                ("broken_off", models.PositiveIntegerField(default=0)),
                ("differences", models.PositiveIntegerField(default=0)),
                ("named", models.JSONField(default=list)),
                ("failure", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["phase", "track", "day"], name="one_recount_per_board_and_day"),
                    models.UniqueConstraint(
                        fields=["phase", "track"], condition=UNFINISHED, name="one_unfinished_recount_per_board"
                    ),
                    models.UniqueConstraint(
                        fields=["state"], condition=Q(state="running"), name="one_recount_keeps_a_worker_busy"
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["waiting", "running", "done", "failed"]), name="recount_state_is_known"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="running", lease_until__isnull=False)
                        | (~Q(state="running") & Q(lease_until__isnull=True)),
                        name="a_recount_has_a_lease_exactly_while_running",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["done", "failed"], finished_at__isnull=False)
                        | Q(state__in=["waiting", "running"], finished_at__isnull=True),
                        name="a_recount_is_dated_when_it_is_over",
                    ),
                    models.CheckConstraint(
                        condition=(Q(state="failed") & ~Q(failure="")) | (~Q(state="failed") & Q(failure="")),
                        name="a_recount_failed_exactly_when_explained",
                    ),
                    models.CheckConstraint(
                        condition=Q(differences=0, named=[]) | (Q(differences__gt=0) & ~Q(named=[])),
                        name="a_recount_names_what_it_counts",
                    ),
                ],
            },
        ),
    ]
