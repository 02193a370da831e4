import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

NOW = django.db.models.functions.datetime.Now()
KEY = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("competition", "0010_skeletons")]

    operations = [
        migrations.AddField(
            "groundtruth", "review", models.CharField(blank=True, default="", max_length=200), preserve_default=False
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                KEY,
                ("number", models.PositiveIntegerField()),
                ("worker", models.CharField(blank=True, max_length=80)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(db_default=NOW)),
                ("failure", models.CharField(max_length=60)),
                ("detail", models.TextField(blank=True)),
                (
                    "evaluation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lost_attempts",
                        to="competition.evaluation",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "constraints": [
                    models.UniqueConstraint(fields=["evaluation", "number"], name="an_attempt_ends_once"),
                    models.CheckConstraint(condition=~Q(failure=""), name="a_lost_attempt_says_why"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Revocation",
            fields=[
                KEY,
                ("reason", models.CharField(max_length=500)),
                ("made_at", models.DateTimeField(db_default=NOW)),
                (
                    "allowance",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="revocation",
                        to="competition.allowance",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=~Q(reason=""), name="a_revocation_says_why")],
            },
        ),
    ]
