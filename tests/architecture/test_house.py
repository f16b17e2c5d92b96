"""The rules of the house that no single file can show: floors, doors, rooms, and who may know what."""

import ast
import re
import subprocess
import sys

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from roi_project.intake.kinds import all_kinds
from tests.architecture.source import PACKAGES, ROOT, modules, rooms

FLOORS = ("roi_project", "teams", "outcomes", "finance")
OWN = [model for model in apps.get_models() if model.__module__.split(".")[0] in PACKAGES]

INTERNAL = {
    "facts.AddressKey": "the secret of addresses that count nothing: nobody is shown it",
    "facts.Touch": "which months came in anew: read by those who compile",
    "facts.Frozen": "which months are closed, for the ground that knows no books",
    "jobs.JobLog": "told with its job",
    "web.IdempotencyKey": "answers of earlier requests, for the caller who made them and nobody else",
}
"""Tables that have no door of their own, and why."""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=300)


def test_the_law_and_the_rooms_hold_as_import_contracts():
    checked = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")

    assert checked.returncode == 0, checked.stdout[-3_000:]
    assert "0 broken" in checked.stdout


def test_every_model_has_a_door_or_says_why_not():
    reachable = {kind.model for kind in all_kinds()} | set(admin.site._registry)
    unreachable = {model._meta.label for model in OWN if model not in reachable}

    assert unreachable == INTERNAL.keys()


def test_no_model_points_at_a_floor_above_its_own():
    for model in OWN:
        floor = FLOORS.index(model.__module__.split(".")[0])
        for field in model._meta.get_fields():
            other = field.related_model if field.is_relation and field.concrete else None
            if isinstance(other, type) and other in OWN:
                assert FLOORS.index(other.__module__.split(".")[0]) <= floor, field


def test_no_column_is_a_float_or_a_decimal_that_a_database_rounds():
    for model in OWN:
        for field in model._meta.concrete_fields:
            assert not isinstance(field, models.FloatField | models.DecimalField), field


DOORS = {
    "api": "api", "views": "api", "viewsets": "api", "urls": "api",
    "admin": "admin", "console": "admin", "tasks": "tasks", "management": "management",
}  # fmt: skip


def door_of(name: str) -> str | None:
    """Which sort of door a module belongs to."""
    return next((DOORS[part] for part in name.split(".")[1:] if part in DOORS), None)


def test_no_door_imports_another_sort_of_door():
    through = [
        f"{module} imports {name}"
        for module in modules()
        if door_of(module.name)
        for name in module.imported()
        if name.split(".")[0] in PACKAGES and door_of(name) not in (None, door_of(module.name))
    ]

    assert through == []


def test_nothing_behind_the_doors_imports_a_door():
    inward = [
        f"{module} imports {name}"
        for module in rooms("services", "selectors", "models", "engine", "kinds", "kernel", "intake", "db")
        if not door_of(module.name)
        for name in module.imported()
        if name.split(".")[0] in PACKAGES and door_of(name)
    ]

    assert inward == []


CLOCKS = re.compile(r"(^|\.)(timezone\.now|datetime\.now|datetime\.today|datetime\.utcnow|date\.today|time\.time)$")


def test_nothing_below_the_doors_looks_at_the_clock():
    looking = [
        f"{module}: {call}"
        for module in rooms("services", "selectors", "models", "engine", "kinds", "kernel", "intake")
        if not door_of(module.name)
        for call in module.called()
        if CLOCKS.search(call)
    ]

    assert looking == []


def test_nothing_below_the_doors_rings_the_bell():
    ringing = [
        f"{module} imports {name}"
        for module in rooms("services", "selectors", "models", "engine", "kinds")
        for name in module.imported()
        if name.startswith("celery") or name in ("roi_project.jobs.ring", "roi_project.jobs.bell.ring")
    ]

    assert ringing == []


def test_no_signals_and_no_logic_in_save():
    hidden = [
        f"{module} imports {name}"
        for module in modules()
        for name in module.imported()
        if name.startswith(("django.dispatch", "django.db.models.signals"))
    ]
    overriding = [model._meta.label for model in OWN if {"save", "delete"} & vars(model).keys()]

    assert hidden == []
    assert overriding == []


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_a_model_says_what_it_is_for_and_its_constraints_have_names_of_their_own(model):
    assert model.__doc__
    assert not model.__doc__.startswith(f"{model.__name__}("), "Django made this docstring up"
    for constraint in model._meta.constraints:
        assert constraint.name.startswith(f"{model._meta.app_label}_"), constraint.name


def test_every_module_of_some_length_begins_with_what_it_is_for():
    long = [module for module in modules() if len(module.path.read_text(encoding="utf-8").splitlines()) > 25]
    silent = [module.name for module in long if not ast.get_docstring(module.tree)]

    assert silent == []
