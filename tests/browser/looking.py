"""What a person does at a browser, and what the browser has to say about it."""

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException, TimeoutException
from selenium.webdriver import Chrome
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from tests.browser.service import Service

LONGEST_SECONDS = 20
COLUMN = """
const text = (cell) => cell.innerText.replaceAll("\u00a0", " ").trim();
for (const table of document.querySelectorAll("table")) {
  const place = [...(table.tHead?.rows[0]?.cells ?? [])].map(text).indexOf(arguments[0]);
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  if (place >= 0) return rows.map((row) => text(row.cells[place]));
}
return [];
"""

Answer = TypeVar("Answer")


class Browser:
    def __init__(self, driver: Chrome, service: Service) -> None:
        self.driver, self.service = driver, service

    def open(self, path: str) -> None:
        self.driver.get(f"http://{self.service.host}{path}")

    def sign_in(self, username: str) -> None:
        self.open("/admin/")
        self.one("input[name=username]").send_keys(username)
        self.one("input[name=password]").send_keys(self.service.passwords[username])
        self.one("button[type=submit]").click()
        self.until(lambda: self.sentence)

    def leave(self) -> None:
        """The next one at this browser is somebody else."""
        self.driver.execute_cdp_cmd("Network.clearBrowserCookies", {})

    def resize(self, width: int, height: int, *, phone: bool = False) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def until(self, answer: Callable[[], Answer]) -> Answer:
        """Wait for an answer that is not empty, over pages that come and go."""
        fleeting = (NoSuchElementException, StaleElementReferenceException)
        try:
            return WebDriverWait(self.driver, LONGEST_SECONDS, 0.05, fleeting).until(lambda _: answer())
        except TimeoutException:
            shown = self.one("body").text
            raise AssertionError(f"Waited in vain at {self.driver.current_url}, which shows:\n{shown}") from None

    def one(self, selector: str) -> WebElement:
        return self.driver.find_element("css selector", selector)

    def click(self, words: str) -> None:
        """A link, a button or a heading of the menu that can be seen, by what stands on it, be there an icon or not."""
        found = f"//*[self::a or self::button or self::h2][descendant::text()[normalize-space()='{words}']]"
        self.until(lambda: [one for one in self.driver.find_elements("xpath", found) if one.is_displayed()])[0].click()

    def download(self, words: str, folder: Path) -> Path:
        """Click on what is a file, and wait until all of it lies in the folder, which has nothing else in it."""
        folder.mkdir()
        self.driver.execute_cdp_cmd(
            "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder.resolve())}
        )
        self.click(words)
        return self.until(lambda: [one for one in folder.iterdir() if _is_whole(one)])[0]

    def field(self, label: str) -> WebElement:
        """What is filled in or chosen under a label."""
        found = f"//label[normalize-space()='{label}' or *[normalize-space()='{label}']]"
        return self.one(f"#{self.driver.find_element('xpath', found).get_attribute('for')}")

    def row(self, *cells: str) -> WebElement:
        """The row of a table that has these texts among its cells."""
        within = "".join(f"[*[normalize-space()='{cell}']]" for cell in cells)
        return self.driver.find_element("xpath", f"//tr{within}")

    def column(self, heading: str) -> list[str]:
        """Every cell below a heading, of the first table that has it."""
        return self.script(COLUMN, heading)

    def script(self, text: str, *given: Any) -> Any:
        return self.driver.execute_script(text, *given)

    @property
    def sentence(self) -> str:
        """What a page of ours says in large letters."""
        return self.one("h2.overview-sentence").text

    @property
    def said(self) -> str:
        """Everything that can be read on the page."""
        return self.one("body").text.replace("\u00a0", " ")

    @property
    def source(self) -> str:
        return self.driver.page_source

    def forget(self) -> None:
        """Leave what was said so far behind."""
        for kind in ("browser", "performance"):
            self.driver.get_log(kind)

    def complaints(self) -> list[str]:
        """Everything written to the console since."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked_hosts(self) -> set[str]:
        """Every host that pages have asked for something since."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [message["params"] for message in messages if message["method"] == "Network.requestWillBeSent"]
        addresses = [urlsplit(params["request"]["url"]) for params in sent]
        return {address.netloc for address in addresses if address.scheme not in ("data", "blob")}


def _is_whole(download: Path) -> bool:
    """On its way a file has an ending of the browser's, and an empty one keeps its own name free."""
    return download.suffix != ".crdownload" and download.stat().st_size > 0


def amount(text: str) -> Decimal:
    """“2,784,815.37 EUR” as a number."""
    number, currency = text.split()
    assert currency == "EUR", text
    return Decimal(number.replace(",", "").replace("−", "-"))
