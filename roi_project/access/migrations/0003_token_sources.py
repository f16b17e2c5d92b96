from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_groups")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="sources",
            field=models.JSONField(
                blank=True, default=list, help_text="systems whose rows it may write; none = of any"
            ),
        ),
    ]
