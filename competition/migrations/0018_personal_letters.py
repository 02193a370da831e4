"""Letters about an account, which belong to no competition."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Lets a letter have no competition."""

    dependencies = [("competition", "0017_imported")]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="competition",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="competition.competition",
            ),
        ),
    ]
