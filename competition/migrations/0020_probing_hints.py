from django.db import migrations, models


KINDS = [
    ("near_duplicate", "ranks like another team's file"),
    ("equal_rows", "nearly all rows equal another team's"),
    ("equal_rows_own", "nearly all rows equal the team's own earlier file"),
    ("few_values", "columns with at most three values"),
    ("one_image", "boxes on one image only"),
    ("series", "much is equal to the bit to several earlier files of the team"),
    ("at_chance", "several files of the team are no better than chance"),
    ("true_boxes", "boxes that are the true ones"),
    ("perfect_labels", "labels that are told without an error"),
    ("far_above", "a score far above all others"),
]


class Migration(migrations.Migration):
    dependencies = [("competition", "0019_forget_person")]

    operations = [
        migrations.AlterField(
            model_name="hint", name="kind", field=models.CharField(choices=KINDS, max_length=20)
        ),
        migrations.RemoveConstraint(model_name="hint", name="hint_kind_is_known"),
        migrations.AddConstraint(
            model_name="hint",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", [kind for kind, _ in KINDS])), name="hint_kind_is_known"
            ),
        ),
    ]
