from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("competition", "0002_written_once")]

    operations = [
        migrations.AddField(
            model_name="phase",
            name="revealed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
