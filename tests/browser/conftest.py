"""A browser that looks at the running service: at the demonstration, unless a module starts another one."""

import os

import pytest

from tests.browser import chromium as chrome
from tests.browser.looking import Browser
from tests.browser.service import running


@pytest.fixture(scope="module")
def programs() -> None:
    """The browser and its driver are here. Without them there is nothing to look with, which a build must not hide."""
    if said := chrome.missing():
        pytest.fail(said) if os.environ.get("CI") == "true" else pytest.skip(said)


@pytest.fixture(scope="module")
def service(programs, tmp_path_factory):
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(scope="module")
def chromium(programs):
    with chrome.started() as driver:
        yield driver


@pytest.fixture
def browser(service, chromium) -> Browser:
    """Somebody who has not signed in yet, at a desk."""
    made = Browser(chromium, service)
    made.leave()
    made.resize(1440, 900)
    made.forget()
    return made
