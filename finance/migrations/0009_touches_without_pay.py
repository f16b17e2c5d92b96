"""What had come in about a month but for pay, so that readers who may not see pay learn of a late commit too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0008_work_months"),
    ]

    operations = [
        migrations.AddField(
            model_name="book",
            name="touches_without_pay",
            field=models.BigIntegerField(help_text="the same for those who may not see pay", null=True),
        ),
    ]
