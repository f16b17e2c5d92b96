"""Conditions that several constraints of this floor share."""

from django.db.models import F, Q

COUNTRY_IS_ISO = Q(country="") | Q(country__regex=r"^[A-Z]{2}$")
SHARE_WITHIN_ONE = Q(share__gt=0, share__lte=1)
# A thing without a first day was always there.
LIVES_FORWARD = Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on"))
