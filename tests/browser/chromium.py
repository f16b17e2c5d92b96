"""Starting a browser without a window."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from selenium import webdriver
from selenium.webdriver.chrome.service import Service as Driver

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",  # root has none
    "--disable-dev-shm-usage",  # which is small in containers
    "--disable-gpu",
    "--no-proxy-server",
    "--hide-scrollbars",
)
NEEDED = ("chromium", "chromedriver")


def missing() -> str:
    """What to say where the browser or its driver is not installed; nothing where both are."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    return (
        f"There is no {' and no '.join(absent)} here; on Debian: apt install chromium chromium-driver" if absent else ""
    )


@contextmanager
def started() -> Iterator[webdriver.Chrome]:
    browser, driver = (shutil.which(name) for name in NEEDED)
    options = webdriver.ChromeOptions()
    options.binary_location = browser
    for argument in ARGUMENTS:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as folder:  # for what the browser would leave behind
        with mock.patch.dict(os.environ, {"no_proxy": "localhost"}):  # where the driver listens
            named = Driver(driver, env={**os.environ, "TMPDIR": folder})  # not looked for elsewhere
            found = webdriver.Chrome(options, named)
        try:
            yield found
        finally:
            found.quit()
