import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("competition", "0006_audit_chain")]

    operations = [
        migrations.AddField(
            model_name="phase",
            name="draft",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="phase",
            name="publishes_itself",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="phase",
            name="late_daily_limit",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="phase",
            name="late_total_limit",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=Q(late_daily_limit__isnull=True, late_total_limit__isnull=True)
                | Q(late_daily_limit__gt=0, late_total_limit__gt=0),
                name="late_limits_come_in_pairs",
            ),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(condition=Q(draft=False) | Q(revealed_at=None), name="no_draft_is_published"),
        ),
        migrations.AddField(
            model_name="submission",
            name="late",
            field=models.BooleanField(default=False),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=Q(late=False) | Q(selected_at=None, picked_at=None), name="late_is_late"
            ),
        ),
        migrations.CreateModel(
            name="Extension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.DateTimeField()),
                ("after", models.DateTimeField()),
                ("reason", models.TextField()),
                ("extended_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="extensions", to="competition.phase"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(condition=Q(before__lt=F("after")), name="an_extension_extends"),
                    models.CheckConstraint(condition=~Q(reason=""), name="an_extension_says_why"),
                ],
            },
        ),
        migrations.CreateModel(
            name="LaunchCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("results", models.JSONField(default=list)),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="launch_checks",
                        to="competition.competition",
                    ),
                ),
                (
                    "ground_truth",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.groundtruth"
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(finished_at__isnull=True, results=[]) | Q(finished_at__isnull=False),
                        name="a_check_has_results_once_it_is_finished",
                    ),
                ],
            },
        ),
    ]
