"""The versions of the rules, reports of errors in the labels with their answers, and hints to organizers."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

RULES_STAY = """
-- The author may be forgotten when a person is deleted; nothing else of a version ever changes.
CREATE TRIGGER rules_are_immutable BEFORE UPDATE ON competition_rulesversion
    FOR EACH ROW WHEN (
        NEW.author_id IS NOT NULL
        OR (OLD.id, OLD.competition_id, OLD.number, OLD.version, OLD.text, OLD.sha256, OLD.notice_days,
            OLD.published_at, OLD.notice_until, OLD.in_force_at, OLD.short_notice)
            IS DISTINCT FROM
           (NEW.id, NEW.competition_id, NEW.number, NEW.version, NEW.text, NEW.sha256, NEW.notice_days,
            NEW.published_at, NEW.notice_until, NEW.in_force_at, NEW.short_notice)
    ) EXECUTE FUNCTION refuse_change();
"""
RULES_MAY_CHANGE = "DROP TRIGGER rules_are_immutable ON competition_rulesversion;"


class Migration(migrations.Migration):
    dependencies = [
        ("competition", "0014_fair_play"),
    ]

    operations = [
        migrations.CreateModel(
            name="ErrataBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="errata_batches",
                        to="competition.competition",
                    ),
                ),
                (
                    "ground_truth",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="errata_batches",
                        to="competition.groundtruth",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="ErratumReport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("image_id", models.CharField(max_length=200)),
                ("label", models.CharField(blank=True, max_length=200)),
                ("text", models.TextField()),
                ("reported_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("accepted", "accepted"), ("declined", "declined"), ("duplicate", "reported already")],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="competition.erratabatch",
                    ),
                ),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="erratum_reports",
                        to="competition.competition",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="erratum_reports",
                        to="competition.team",
                    ),
                ),
            ],
            options={
                "ordering": ["-reported_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Hint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("near_duplicate", "ranks like another team's file"),
                            ("equal_rows", "nearly all rows equal another team's"),
                            ("equal_rows_own", "nearly all rows equal the team's own earlier file"),
                            ("few_values", "columns with at most three values"),
                            ("one_image", "boxes on one image only"),
                        ],
                        max_length=20,
                    ),
                ),
                ("pair", models.CharField(max_length=60)),
                ("figure", models.FloatField()),
                ("details", models.JSONField(blank=True, default=dict)),
                ("times", models.PositiveIntegerField(default=1)),
                ("found_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("latest_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                ("dismissal", models.TextField(blank=True)),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hints", to="competition.competition"
                    ),
                ),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="competition.submission",
                    ),
                ),
                (
                    "other_team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="competition.team",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.phase"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hints", to="competition.submission"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.team"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.track"
                    ),
                ),
            ],
            options={
                "ordering": ["-latest_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RulesVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("version", models.CharField(max_length=40)),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("notice_days", models.PositiveIntegerField()),
                ("published_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("notice_until", models.DateTimeField()),
                ("in_force_at", models.DateTimeField()),
                ("short_notice", models.TextField(blank=True)),
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
                        related_name="rules_versions",
                        to="competition.competition",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="RulesAcceptance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("accepted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rules_acceptances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="acceptances",
                        to="competition.rulesversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="signature",
                        serialize=False,
                        to="competition.submission",
                    ),
                ),
                ("basis", models.CharField(max_length=32)),
                ("sketch", models.BinaryField()),
                ("rows", models.BinaryField()),
                ("ranks", models.BinaryField()),
                ("boxes", models.BinaryField(default=b"")),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.phase"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.track"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="erratabatch",
            constraint=models.UniqueConstraint(
                fields=("competition", "number"), name="one_batch_of_errata_of_a_number"
            ),
        ),
        migrations.AddIndex(
            model_name="erratumreport",
            index=models.Index(fields=["competition", "image_id"], name="errata_of_an_image"),
        ),
        migrations.AddConstraint(
            model_name="erratumreport",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("text", ""), _negated=True), models.Q(("image_id", ""), _negated=True)),
                name="a_report_names_an_image_and_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="erratumreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["", "accepted", "declined", "duplicate"])),
                name="outcome_of_a_report_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="erratumreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at", None), ("outcome", "")),
                    models.Q(models.Q(("outcome", ""), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_report_is_decided_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="erratumreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("batch__isnull", True), models.Q(("outcome", ""), _negated=True), _connector="OR"),
                name="only_what_is_decided_is_answered",
            ),
        ),
        migrations.AddConstraint(
            model_name="hint",
            constraint=models.UniqueConstraint(
                fields=("phase", "track", "kind", "pair"), name="a_thing_is_noticed_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="hint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["near_duplicate", "equal_rows", "equal_rows_own", "few_values", "one_image"])
                ),
                name="hint_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="hint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kind__in", ("near_duplicate", "equal_rows", "equal_rows_own")),
                        ("other__isnull", False),
                        ("other_team__isnull", False),
                    ),
                    models.Q(
                        models.Q(("kind__in", ("near_duplicate", "equal_rows", "equal_rows_own")), _negated=True),
                        ("other__isnull", True),
                        ("other_team__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="a_hint_is_about_one_or_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="hint",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("dismissal", ""), ("dismissed_at__isnull", True)),
                    models.Q(("dismissed_at__isnull", False), models.Q(("dismissal", ""), _negated=True)),
                    _connector="OR",
                ),
                name="a_hint_is_dismissed_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesversion",
            constraint=models.UniqueConstraint(
                fields=("competition", "number"), name="one_version_of_the_rules_of_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesversion",
            constraint=models.UniqueConstraint(
                fields=("competition", "version"), name="one_text_per_version_of_the_rules"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0), models.Q(("text", ""), _negated=True)), name="rules_say_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("in_force_at__gte", models.F("notice_until")),
                    models.Q(("short_notice", ""), _negated=True),
                    _connector="OR",
                ),
                name="new_rules_keep_the_notice_or_say_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("in_force_at__gte", models.F("published_at"))),
                name="rules_bind_nobody_before_they_are_published",
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesacceptance",
            constraint=models.UniqueConstraint(fields=("rules", "user"), name="rules_are_accepted_once"),
        ),
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(fields=["phase", "track", "basis"], name="signatures_of_a_board"),
        ),
        migrations.RunSQL(RULES_STAY, RULES_MAY_CHANGE),
    ]
