"""What the boards of the past are asked for: what stood at an instant, how a team's score went, since when they are public."""

import django.db.models.deletion
from django.db import migrations, models

SINCE = """
UPDATE competition_competition competition SET public_since = event.happened_at
FROM (
    SELECT competition_id, max(happened_at) AS happened_at FROM competition_auditevent
    WHERE act = 'make_public' GROUP BY competition_id
) event
WHERE event.competition_id = competition.id AND NOT competition.hidden;
"""
SCORES = """
INSERT INTO competition_pastscore (board_id, team_id, score)
SELECT shown.board_id, team.id, shown.score
FROM (
    SELECT board.id AS board_id, phase.competition_id, entry->>'team' AS team, (entry->>'score')::float AS score,
        lag((entry->>'score')::float) OVER (
            PARTITION BY board.phase_id, board.track_id, board.ground_truth_id, board.shows, board.detail, entry->>'team'
            ORDER BY board.version
        ) AS before
    FROM competition_board board
    JOIN competition_phase phase ON phase.id = board.phase_id
    CROSS JOIN LATERAL jsonb_array_elements(board.entries) AS entry
) shown
JOIN competition_team team ON team.competition_id = shown.competition_id AND team.name = shown.team
WHERE shown.before IS DISTINCT FROM shown.score;
"""
NOTHING = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [("competition", "0021_definitions")]

    operations = [
        migrations.AddField("competition", "public_since", models.DateTimeField(blank=True, null=True)),
        migrations.AddIndex(
            "board", models.Index(fields=["phase", "track", "published_at"], name="boards_by_time")
        ),
        migrations.AddIndex(
            "submission",
            models.Index(
                fields=["phase", "track"],
                condition=models.Q(("disqualified_at__isnull", False)),
                name="disqualified_submissions",
            ),
        ),
        migrations.CreateModel(
            name="PastScore",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("score", models.FloatField()),
                (
                    "board",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="competition.board"
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="competition.team"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["board", "team"], name="a_board_shows_one_score_of_a_team"),
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 1)), name="a_past_score_is_a_share"
                    ),
                ],
            },
        ),
        migrations.RunSQL(SINCE, NOTHING),
        migrations.RunSQL(SCORES, NOTHING),
    ]
