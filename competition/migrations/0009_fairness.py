import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("competition", "0008_entrants")]

    operations = [
        migrations.AddField("competition", "citation", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.AddField("competition", "embargo_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("competition", "reference_rows", models.JSONField(blank=True, default=list)),
        migrations.AddField(
            "phase",
            "results",
            models.CharField(
                choices=[("provisional", "provisional"), ("verified", "verified"), ("final", "final")],
                default="provisional",
                max_length=12,
            ),
        ),
        migrations.AddField("phase", "appeals_until", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "phase",
            models.CheckConstraint(
                condition=Q(results__in=["provisional", "verified", "final"]), name="results_are_known"
            ),
        ),
        migrations.AddConstraint(
            "phase",
            models.CheckConstraint(
                condition=Q(results="provisional", appeals_until=None) | Q(revealed_at__isnull=False),
                name="only_published_results_are_verified",
            ),
        ),
        migrations.AddField("evaluation", "first_attempt", models.PositiveIntegerField(default=1)),
        migrations.CreateModel(
            name="RetryRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("requested_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "evaluation",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retry_request",
                        to="competition.evaluation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("posted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="announcements",
                        to="competition.competition",
                    ),
                ),
            ],
            options={
                "ordering": ["-posted_at", "-id"],
                "constraints": [
                    models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="an_announcement_says_something"),
                ],
            },
        ),
    ]
