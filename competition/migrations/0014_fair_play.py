"""Deadlines of their own, declarations of external data and models, brackets, and awards that never change."""

import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

WRITTEN_ONCE = """
CREATE TRIGGER awards_are_immutable BEFORE UPDATE ON competition_award
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
-- Who announced or declared may be forgotten when the person is deleted; nothing else of these rows ever changes.
CREATE TRIGGER announced_awards_are_immutable BEFORE UPDATE ON competition_awards
    FOR EACH ROW WHEN (
        NEW.announced_by_id IS NOT NULL
        OR (OLD.id, OLD.phase_id, OLD.track_id, OLD.version, OLD.board_id, OLD.reason, OLD.notes, OLD.announced_at)
            IS DISTINCT FROM
           (NEW.id, NEW.phase_id, NEW.track_id, NEW.version, NEW.board_id, NEW.reason, NEW.notes, NEW.announced_at)
    ) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER declarations_are_immutable BEFORE UPDATE ON competition_declaration
    FOR EACH ROW WHEN (
        NEW.author_id IS NOT NULL
        OR (OLD.id, OLD.submission_id, OLD.version, OLD.items, OLD.declared_at)
            IS DISTINCT FROM
           (NEW.id, NEW.submission_id, NEW.version, NEW.items, NEW.declared_at)
    ) EXECUTE FUNCTION refuse_change();
"""
CHANGED_AGAIN = """
DROP TRIGGER awards_are_immutable ON competition_award;
DROP TRIGGER announced_awards_are_immutable ON competition_awards;
DROP TRIGGER declarations_are_immutable ON competition_declaration;
"""


class Migration(migrations.Migration):
    dependencies = [("competition", "0013_recounts")]

    operations = [
        migrations.AddField(
            model_name="competition",
            name="bibtex",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="competition",
            name="declarations_public",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="competition",
            name="declarations_required",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="competition",
            name="entry_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="competition",
            name="external_data_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.CreateModel(
            name="Awards",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("reason", models.TextField(blank=True)),
                ("notes", models.JSONField(default=list)),
                ("announced_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "announced_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="awards", to="competition.board"
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="awards", to="competition.phase"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="awards", to="competition.track"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "awards",
                "ordering": ["phase", "track", "-version"],
            },
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("bracket", models.CharField(max_length=40)),
                ("bracket_title", models.CharField(max_length=200)),
                ("order", models.PositiveSmallIntegerField()),
                ("place", models.PositiveSmallIntegerField()),
                ("prize", models.CharField(max_length=200)),
                ("team_name", models.CharField(max_length=60)),
                ("rank", models.PositiveIntegerField()),
                ("score", models.FloatField()),
                ("submitted_at", models.DateTimeField()),
                ("tied_with", models.JSONField(default=list)),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="awards", to="competition.team"
                    ),
                ),
                (
                    "awards",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="competition.awards"
                    ),
                ),
            ],
            options={
                "ordering": ["awards", "order", "place"],
            },
        ),
        migrations.CreateModel(
            name="Bracket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                ("order", models.PositiveSmallIntegerField()),
                ("eligibility", models.TextField(blank=True)),
                ("prizes", models.JSONField()),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="brackets",
                        to="competition.competition",
                    ),
                ),
                (
                    "phase",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="brackets", to="competition.phase"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="brackets", to="competition.track"
                    ),
                ),
            ],
            options={
                "ordering": ["order", "id"],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("statement", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("confirmed", "confirmed"), ("refused", "refused")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(blank=True)),
                ("claimed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bracket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="competition.bracket"
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="claims", to="competition.team"
                    ),
                ),
            ],
            options={
                "ordering": ["claimed_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="DeadlineExtension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "deadline",
                    models.CharField(
                        choices=[
                            ("entry_until", "entering, and joining a team"),
                            ("merge_until", "merging of teams"),
                            ("external_data_until", "declaring further external data and models"),
                        ],
                        max_length=24,
                    ),
                ),
                ("before", models.DateTimeField()),
                ("after", models.DateTimeField()),
                ("reason", models.TextField()),
                ("extended_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "competition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deadline_extensions",
                        to="competition.competition",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Declaration",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("items", models.JSONField()),
                ("declared_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
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
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="declarations",
                        to="competition.submission",
                    ),
                ),
            ],
            options={
                "ordering": ["submission", "-version"],
            },
        ),
        migrations.CreateModel(
            name="Decline",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("declined_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "bracket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="declines", to="competition.bracket"
                    ),
                ),
                (
                    "declined_by",
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="declines", to="competition.team"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="awards",
            constraint=models.UniqueConstraint(fields=("phase", "track", "version"), name="awards_are_numbered"),
        ),
        migrations.AddConstraint(
            model_name="awards",
            constraint=models.CheckConstraint(
                condition=models.Q(("version", 1), models.Q(("reason", ""), _negated=True), _connector="OR"),
                name="changed_awards_say_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(fields=("awards", "team"), name="no_team_wins_twice_in_a_version"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(fields=("awards", "bracket", "place"), name="a_prize_is_won_once"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(condition=models.Q(("place__gt", 0)), name="places_are_counted_from_1"),
        ),
        migrations.AddConstraint(
            model_name="bracket",
            constraint=models.UniqueConstraint(fields=("competition", "key"), name="one_bracket_of_a_key"),
        ),
        migrations.AddConstraint(
            model_name="bracket",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("competition", "order"),
                name="brackets_are_awarded_one_after_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="bracket",
            constraint=models.CheckConstraint(
                condition=models.Q(("prizes", []), _negated=True), name="a_bracket_has_prizes"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.UniqueConstraint(fields=("team", "bracket"), name="a_team_claims_a_bracket_once"),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "confirmed", "refused"])), name="claim_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(("statement", ""), _negated=True), name="a_claim_says_what_it_rests_on"
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_refused_claim_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="claim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "waiting")),
                    models.Q(models.Q(("state", "waiting"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="a_claim_waits_until_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlineextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("deadline__in", ["entry_until", "merge_until", "external_data_until"])),
                name="the_deadline_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlineextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("before__lt", models.F("after"))), name="a_later_deadline_is_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="deadlineextension",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="a_later_deadline_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.UniqueConstraint(fields=("submission", "version"), name="declarations_are_numbered"),
        ),
        migrations.AddConstraint(
            model_name="declaration",
            constraint=models.CheckConstraint(
                condition=models.Q(("version__gt", 0)), name="declarations_are_numbered_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="decline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at", None)),
                fields=("team", "bracket"),
                name="a_bracket_is_declined_once",
            ),
        ),
        migrations.RunSQL(WRITTEN_ONCE, CHANGED_AGAIN),
    ]
