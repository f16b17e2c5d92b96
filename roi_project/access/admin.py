"""Who may come in: accounts, the groups they are in, and the tokens that act for them."""

import copy
import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group as DjangoGroup
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from roi_project.access import accounts, services
from roi_project.access.audience import EVERYONE, Audience, Group
from roi_project.access.models import Token
from roi_project.console import theme
from roi_project.console.by_groups import ByGroups, ReadOnly
from roi_project.console.menu import ACCESS
from roi_project.console.refusals import ShowsRefusals, TellsRefusal
from roi_project.kernel.errors import Forbidden, Refusal

ADMINISTRATORS = frozenset({Group.ADMINISTRATOR})
LOOK = frozenset({Group.ADMINISTRATOR, Group.AUDITOR})

admin.site.unregister(User)
admin.site.unregister(DjangoGroup)


class Granting:
    """A form that puts an account into groups, within the rules."""

    audience: ClassVar[Audience]

    def clean_groups(self) -> Any:
        groups = self.cleaned_data["groups"]
        try:
            accounts.refuse_grant(self.audience, user_id=self.instance.pk, names=[group.name for group in groups])
        except Forbidden as refusal:
            raise forms.ValidationError(refusal.detail) from None
        return groups


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ByGroups):
    read, write = LOOK, ADMINISTRATORS
    section, icon = ACCESS, "account_circle"
    form, add_form = theme.UserChangeForm, theme.UserCreationForm
    change_password_form = theme.AdminPasswordChangeForm
    list_display = ("username", "get_full_name", "in_groups", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    add_fieldsets = ((None, {"fields": ("username", "password1", "password2", "groups")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        password = ("password",) if self.has_change_permission(request, obj) else ()
        return (
            (None, {"fields": ("username", *password)}),
            ("Person", {"fields": ("first_name", "last_name", "email")}),
            ("May enter as", {"fields": ("is_active", "groups", "last_login", "date_joined")}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        own = ("groups", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return (*self.readonly_fields, *own)

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (Granting, form), {"audience": self.audience(request)})

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            kwargs["widget"] = theme.Checkboxes()
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        form.before = accounts.told(User.objects.get(pk=obj.pk)) if change else None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        stored = User.objects.get(pk=form.instance.pk)
        accounts.record(self.audience(request), stored, before=form.before, now=timezone.now())

    @transaction.atomic
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        response = super().user_change_password(request, id, form_url)
        if request.method == "POST" and response.status_code == 302:
            accounts.record_password(self.audience(request), User.objects.get(pk=id), now=timezone.now())
        return response

    @admin.display(description="groups")
    def in_groups(self, user: User) -> str:
        return ", ".join(sorted(group.name for group in user.groups.all())) or "–"


@admin.register(DjangoGroup)
class GroupAdmin(ReadOnly):
    """The five groups are part of the service; who is in them stands on each account."""

    read = LOOK
    section, icon = ACCESS, "diversity_1"
    list_display = ("name", "members")
    search_fields = ("name",)
    fields = ("name", "members")

    def get_queryset(self, request: HttpRequest) -> QuerySet[DjangoGroup]:
        return super().get_queryset(request).prefetch_related("user_set")

    @admin.display
    def members(self, group: DjangoGroup) -> str:
        return ", ".join(sorted(user.username for user in group.user_set.all())) or "–"


class TokenForm(TellsRefusal, forms.ModelForm):
    """What a new token is for. Its text is shown once, after saving."""

    name = forms.CharField(max_length=100, help_text="what uses it: planning tool, finance workbook")
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in sorted(services.SCOPES)],
        help_text="reports is enough for a workbook; read also lists facts; write sends them; jobs keeps jobs",
    )
    sources = forms.CharField(
        required=False,
        help_text="systems whose rows it may write, with commas between them; empty = of any",
    )
    days = forms.IntegerField(
        initial=services.DEFAULT_LIFE.days, min_value=1, max_value=services.LONGEST_LIFE.days, label="Valid for days"
    )

    class Meta:
        model = Token
        fields = ()

    def save(self, commit: bool = True) -> Any:
        self.save_m2m = lambda: None
        return self.instance

    def _post_clean(self) -> None:
        """The token is made by the service."""


@admin.register(Token)
class TokenAdmin(ShowsRefusals, ByGroups):
    """Everybody sees and makes their own; administrators and auditors see all of them."""

    read = write = EVERYONE
    section, icon = ACCESS, "key"
    list_display = ("key", "name", "user", "may", "rows_of", "created_at", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("key", "name", "user__username")
    ordering = ("-id",)
    actions = ("revoke",)
    shown = ("key", "name", "user", "may", "rows_of", "created_at", "expires_at", "last_used_at", "revoked_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Token]:
        found = super().get_queryset(request)
        return found if self.audience(request).within(LOOK) else found.filter(user=request.user)

    def has_change_permission(self, request: HttpRequest, obj: Token | None = None) -> bool:
        return False

    def get_fields(self, request: HttpRequest, obj: Token | None = None) -> tuple[str, ...]:
        if obj is not None:
            # The page of an account is for those who look after accounts; everybody else is only told the name.
            may_look = self.audience(request).within(LOOK)
            return self.shown if may_look else tuple("owner" if name == "user" else name for name in self.shown)
        for_others = ("user",) if self.audience(request).within(ADMINISTRATORS) else ()
        return ("name", *for_others, "scopes", "sources", "days")

    def get_form(self, request: HttpRequest, obj: Token | None = None, change: bool = False, **kwargs: Any) -> Any:
        members: dict[str, Any] = {"refusal": self.refusal_of(request)}
        if obj is not None:
            members |= dict.fromkeys(TokenForm.base_fields)
        else:
            members |= {
                "name": _themed(TokenForm.base_fields["name"], theme.TextInput()),
                "sources": _themed(TokenForm.base_fields["sources"], theme.TextInput()),
                "days": _themed(TokenForm.base_fields["days"], theme.TextInput({"inputmode": "numeric"})),
                "scopes": _themed(TokenForm.base_fields["scopes"], theme.Checkboxes()),
            }
            if self.audience(request).within(ADMINISTRATORS):
                members["user"] = forms.ModelChoiceField(
                    User.objects.filter(is_active=True).order_by("username"),
                    initial=request.user.pk,
                    widget=theme.Select(),
                    help_text="for others only where the token acts for a tool: a planner",
                )
        return type("TokenForm", (TokenForm,), members)

    def save_model(self, request: HttpRequest, obj: Token, form: Any, change: bool) -> None:
        audience, now, words = self.audience(request), timezone.now(), form.cleaned_data
        user = words.get("user") or request.user
        accounts.refuse_token(audience, user)
        token, text = services.issue_token(
            audience,
            user=user,
            name=words["name"],
            scopes=words["scopes"],
            sources=[source.strip() for source in words["sources"].split(",") if source.strip()],
            now=now,
            expires_at=now + dt.timedelta(days=words["days"]),
        )
        vars(obj).update(vars(token))
        messages.warning(request, f"This is the token. Copy it now, it is not shown again: {text}")

    @admin.action(description="Revoke the selected tokens")
    def revoke(self, request: HttpRequest, tokens: QuerySet[Token]) -> None:
        audience, now = self.audience(request), timezone.now()
        for token in tokens:
            if token.user_id != audience.user_id and not audience.within(ADMINISTRATORS):
                messages.warning(request, f"{token.key}: only its owner or an administrator revokes a token.")
                continue
            try:
                services.revoke(audience, token=token, now=now)
                messages.success(request, f"{token.key} is revoked.")
            except Refusal as refusal:
                messages.warning(request, f"{token.key}: {refusal.detail}")

    @admin.display(description="user")
    def owner(self, token: Token) -> str:
        return token.user.get_username()

    @admin.display(description="may")
    def may(self, token: Token) -> str:
        return ", ".join(token.scopes)

    @admin.display(description="rows of")
    def rows_of(self, token: Token) -> str:
        return ", ".join(token.sources) or "any source"


def _themed(field: forms.Field, widget: Any) -> forms.Field:
    """The same field in the theme's clothes."""
    field = copy.deepcopy(field)
    choices = getattr(field, "choices", None)
    field.widget = widget
    if choices is not None:
        field.choices = choices
    return field
