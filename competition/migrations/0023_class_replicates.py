"""The replicates of single labels, so that two submissions can be compared label by label."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """One nullable column: what is there already stays as it is."""

    dependencies = [
        ("competition", "0022_board_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="score",
            name="class_replicates",
            field=models.BinaryField(null=True),
        ),
    ]
