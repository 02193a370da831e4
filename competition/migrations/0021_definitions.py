from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competition", "0020_probing_hints")]

    operations = [
        migrations.AddField("competition", "definitions", models.JSONField(blank=True, null=True)),
    ]
