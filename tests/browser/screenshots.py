"""Pictures of every page of a leader, in light, in dark, at the width of a phone, and the first one on paper.

python -m tests.browser.screenshots .var/screenshots
"""

import base64
import sys
import tempfile
from pathlib import Path

from tests.browser import chromium
from tests.browser.looking import Browser
from tests.browser.service import running

PAGES = {
    "overview": "/admin/",
    "overview-chosen": "/admin/?from=2025-10&through=2026-03&stream=buy&stream=care",
    "streams": "/admin/streams/",
    "teams": "/admin/teams/by-name/",
    "epics": "/admin/epics/",
    "capacity": "/admin/capacity/",
    "findings": "/admin/findings/",
}
FIRST_OF = {"stream": "streams", "team": "teams", "epic": "epics"}
"""Pages of one thing: the first that its list leads to."""
LOOKS = {"light": (1440, 900, False), "dark": (1440, 900, False), "phone": (390, 844, True)}
HEIGHT = "return document.querySelector('.overview').getBoundingClientRect().bottom + window.scrollY"


def take(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data)) as service, chromium.started() as driver:
        browser = Browser(driver, service)
        browser.resize(1440, 900)
        browser.sign_in("leader")
        pages = PAGES | {name: _first(browser, PAGES[listed]) for name, listed in FIRST_OF.items()}
        pages["team-design"] = f"{pages['team']}design/"
        for look, (width, height, phone) in LOOKS.items():
            dark = "true" if look == "dark" else "false"
            browser.resize(width, height, phone=phone)
            browser.script(f"localStorage.setItem('adminTheme', JSON.stringify({dark} ? 'dark' : 'light'))")
            for name, address in pages.items():
                browser.open(address)
                browser.until(lambda: browser.script("return document.readyState") == "complete")
                _photograph(browser, folder / f"{name}-{look}.png", width, phone=phone)
        browser.resize(1440, 900)
        browser.open(PAGES["overview"])
        browser.until(lambda: browser.script("return document.readyState") == "complete")
        paper = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True, "printBackground": True})
        (folder / "overview.pdf").write_bytes(base64.b64decode(paper["data"]))


def _first(browser: Browser, listed: str) -> str:
    browser.open(listed)
    link = browser.one(".overview tbody th a, .overview h3 a").get_attribute("href")
    return link.partition(browser.service.host)[2]


def _photograph(browser: Browser, path: Path, width: int, *, phone: bool) -> None:
    """The whole page, however long."""
    browser.resize(width, int(browser.script(HEIGHT)) + 20, phone=phone)
    browser.until(lambda: not browser.script("return document.getAnimations().length"))
    path.write_bytes(base64.b64decode(browser.driver.get_screenshot_as_base64()))


if __name__ == "__main__":
    if said := chromium.missing():
        sys.exit(said)
    take(Path(sys.argv[1]))
