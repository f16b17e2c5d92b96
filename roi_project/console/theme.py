"""The look of the admin, and the only module that knows it is Unfold.

With ADMIN_THEME=stock everything here is Django's own, and every page still works.
"""

from typing import Any

from django.conf import settings

THEMED = settings.ADMIN_THEME == "unfold"

if THEMED:
    from unfold.admin import ModelAdmin
    from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
    from unfold.forms import AdminPasswordChangeForm, AuthenticationForm, UserChangeForm, UserCreationForm
    from unfold.sites import UnfoldAdminSite as Site
    from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget as Checkboxes
    from unfold.widgets import UnfoldAdminSelectWidget as Select
    from unfold.widgets import UnfoldAdminTextInputWidget as TextInput
else:
    from django.contrib.admin import AdminSite as Site
    from django.contrib.admin import ModelAdmin
    from django.contrib.admin.forms import AdminAuthenticationForm as AuthenticationForm
    from django.contrib.admin.widgets import AdminTextInputWidget as TextInput
    from django.contrib.auth.forms import AdminPasswordChangeForm, UserChangeForm
    from django.contrib.auth.forms import AdminUserCreationForm as UserCreationForm
    from django.forms import CheckboxSelectMultiple as Checkboxes
    from django.forms import Select

__all__ = [
    "THEMED",
    "AdminPasswordChangeForm",
    "AuthenticationForm",
    "Checkboxes",
    "ModelAdmin",
    "Select",
    "Site",
    "TextInput",
    "UserChangeForm",
    "UserCreationForm",
    "by_day",
    "by_reference",
]


def by_reference(field: str) -> Any:
    """A list filter by what a row points at; it searches instead of listing thousands."""
    return (field, AutocompleteSelectFilter) if THEMED else field


def by_day(field: str) -> Any:
    """A list filter by a range of days."""
    return (field, RangeDateFilter) if THEMED else field
