"""The first day of somebody new: from an empty database through the workbook to a first ROI, in a browser."""

from decimal import Decimal

import openpyxl
import pytest

from tests.browser.looking import amount
from tests.browser.service import running
from tests.finance.workbooks import LANTERN, filled

WRONG = {**LANTERN, "Costs": [{**LANTERN["Costs"][0], "Amount": "3.000,00"}, LANTERN["Costs"][1]]}
COMING_IN = {
    "Organisation settings": "1",
    "Value streams": "2",
    "Teams": "2",
    "Team stream shares": "2",
    "Epics": "1",
    "Epic teams": "1",
    "Cost categories": "2",
    "Cost entries": "2",
    "Benefit entries": "1",
}
"""Three sheets, and what their rows speak of."""
SENT_BACK = "Get the workbook back, with a column that says what to mend"


@pytest.fixture(scope="module")
def service(programs, tmp_path_factory):
    """Nobody has brought any fact in yet."""
    with running(tmp_path_factory.mktemp("empty"), empty=True) as started:
        yield started


def send(browser, file):
    browser.until(lambda: browser.field("Workbook (.xlsx, up to 10 MB)")).send_keys(str(file))
    browser.field("Currency of your books").clear()
    browser.field("Currency of your books").send_keys("EUR")
    browser.click("Look at what would change")


def compile_january(browser):
    """Ask for its book, and follow the job to its end."""
    browser.until(lambda: browser.field("From"))
    for label in ("From", "through"):
        browser.field(label).clear()
        browser.field(label).send_keys("2026-01")
    browser.click("Compile")
    browser.click("how far it is")
    browser.until(lambda: browser.one(".console-state").text == "Done")
    assert browser.one(".console-progress").text == "2026-01 compiled"


def test_somebody_new_reads_a_first_roi_after_three_sheets(browser, service, tmp_path):
    browser.sign_in("finance")
    assert browser.sentence == "There are no books yet, so there is nothing to add up."
    browser.click("Get started")
    browser.until(lambda: "There are no teams." in browser.said)

    empty = browser.download("Download the empty workbook", tmp_path / "template")
    assert empty.name == "team-roi-template.xlsx"
    first = tmp_path / "lantern.xlsx"
    filled(WRONG, empty.read_bytes()).save(first)
    send(browser, first)
    browser.until(lambda: "1 of 5 rows cannot be taken in, so nothing was stored" in browser.said)
    assert (
        "Costs, row 5: Amount: “3.000,00” is not a number with a decimal point, as in 1,234.50; if the file "
        "writes 1.234,50, choose that under “Numbers that are written as text look like” (--numbers comma on the "
        "command line)."
    ) in browser.said
    assert browser.field("Numbers that are written as text look like")

    returned = browser.download(SENT_BACK, tmp_path / "returned")
    book = openpyxl.load_workbook(returned)
    head, *_, refused = book["Costs"].iter_rows(max_row=5)
    assert (head[-1].value, refused[-1].value.partition(":")[0]) == ("Problem", "Amount")
    next(cell for cell, title in zip(refused, head, strict=True) if title.value == "Amount").value = 3000
    mended = tmp_path / "mended.xlsx"
    book.save(mended)
    send(browser, mended)
    browser.until(lambda: "This is what would change; nothing is stored yet" in browser.said)
    assert dict(zip(browser.column("What"), browser.column("New"), strict=True)) == COMING_IN
    browser.click("Take it in")
    browser.until(lambda: f"The workbook is in: {sum(map(int, COMING_IN.values()))} rows are new" in browser.said)
    assert [browser.field(label).get_attribute("value") for label in ("From", "through")] == ["2026-01", "2026-01"]
    compile_january(browser)

    browser.leave()
    browser.sign_in("controller")
    assert browser.sentence == "EUR 17 k was invested. Nothing is validated yet: EUR 20 k waits for a second signature."
    browser.click("Waiting for validation")
    browser.until(lambda: browser.sentence == "1 benefit waits for a second person: 20,000.00 EUR.")
    browser.one("input[name=benefit]").click()
    browser.click("Approve")
    browser.until(lambda: browser.sentence == "No benefit waits for a second person.")
    browser.click("Get started")
    compile_january(browser)

    browser.click("Overview")
    browser.until(lambda: browser.sentence == "Every EUR 1.00 invested brought EUR 1.15 back in validated cash.")
    figures = browser.row("visit").find_elements("tag name", "td")
    assert [one.text.replace("\u00a0", " ") for one in figures][:5] == ["14 k", "20 k", "0", "6 k", "38.9 %"]
    cost = figures[0].find_element("tag name", "a").get_attribute("title").partition(":")[0]
    assert amount(cost.replace("\u00a0", " ")) == Decimal("14400.50")
    assert browser.complaints() == []
    assert browser.asked_hosts() == {service.host}


def test_a_long_file_is_looked_at_by_a_job_and_then_taken_in(browser, tmp_path):
    """The page learns by itself what became of the job."""
    file = tmp_path / "categories.csv"
    file.write_text("code,name\n" + "".join(f"c{n},Category {n}\n" for n in range(10_001)))
    browser.sign_in("finance")
    browser.open("/admin/finance/costcategory/upload/")

    browser.until(lambda: browser.one("input[type=file]")).send_keys(str(file))
    browser.click("Look at what would change")
    browser.click("Let a job look at it")
    browser.until(
        lambda: "10,001 rows read. Only tried, nothing was stored: 10,001 would be created, 0 refused." in browser.said
    )
    browser.click("Take it in")

    browser.until(lambda: "10,001 rows read. Stored: 10,001 created, 0 refused." in browser.said)
    assert "Take it in" not in browser.said
    assert browser.complaints() == []
