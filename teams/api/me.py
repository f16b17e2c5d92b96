"""What this floor says to a caller of `me`: the currency in which amounts are reported."""

from rest_framework import serializers

from roi_project.access.me import say
from teams.selectors.organisation import settings_on

say(
    "reporting_currency",
    serializers.CharField(help_text="ISO 4217, as the settings of today say"),
    lambda audience, now: settings_on(now.date()).reporting_currency,
)
