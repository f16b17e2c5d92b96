"""A browser that looks at the running demonstration."""

import os
import shutil
import tempfile

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service as Driver

from tests.browser.looking import Browser
from tests.browser.service import running

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # root has none
    "--disable-dev-shm-usage",  # which is small in containers
    "--disable-gpu",
    "--no-proxy-server",
    "--hide-scrollbars",
)


@pytest.fixture(scope="module")
def programs() -> dict[str, str]:
    """Where the browser and its driver are. Without them there is nothing to look with, which a build must not hide."""
    found = {name: shutil.which(name) for name in ("chromium", "chromedriver")}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        said = f"There is no {' and no '.join(missing)} here; on Debian: apt install chromium chromium-driver"
        pytest.fail(said) if os.environ.get("CI") == "true" else pytest.skip(said)
    return found


@pytest.fixture(scope="module")
def service(programs, tmp_path_factory):
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture(scope="module")
def chromium(programs):
    options = webdriver.ChromeOptions()
    options.binary_location = programs["chromium"]
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as folder:  # for what the browser would leave behind
        with pytest.MonkeyPatch.context() as surroundings:
            surroundings.setenv("no_proxy", "localhost")  # where the driver listens
            named = Driver(programs["chromedriver"], env={**os.environ, "TMPDIR": folder})  # not looked for elsewhere
            driver = webdriver.Chrome(options, named)
        yield driver
        driver.quit()


@pytest.fixture
def browser(service, chromium) -> Browser:
    """Somebody who has not signed in yet, at a desk."""
    chromium.execute_cdp_cmd("Network.clearBrowserCookies", {})
    made = Browser(chromium, service)
    made.resize(1440, 900)
    made.forget()
    return made
