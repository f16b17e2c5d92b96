"""The demonstration as people use it: in a browser, by what they read and click."""

import re
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from finance.demo.costs import rows as costs
from finance.demo.people import CODES
from tests.browser.looking import amount

COMPILE = "Compile the selected months where facts have changed"
PAY = {row["amount"]["amount"] for row in costs()["person-rates"]}
# How much of a chart is painted in a colour of the page, and whether it lies within the width of the screen.
CHARTS = """
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--console-${name}`).trim();
const part = (pixels, hex) => {
  const [red, green, blue] = hex.match(/[0-9a-f]{2}/gi).map((two) => parseInt(two, 16));
  let found = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    found += pixels[at] === red && pixels[at + 1] === green && pixels[at + 2] === blue;
  }
  return (4 * found) / pixels.length;
};
return [...document.querySelectorAll("canvas[data-chart]")].map((canvas) => {
  const box = canvas.getBoundingClientRect();
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  const painted = { cost: part(data, colour("bar")), cash: part(data, colour("strong")) };
  return { name: canvas.dataset.chart, height: box.height, right: box.right, ...painted };
});
"""
HATCHED = """
const { datasets } = Chart.getChart(document.querySelector("canvas[data-chart=months]")).data;
return datasets.find((one) => one.label === "Invested").backgroundColor.map((fill) => fill instanceof CanvasPattern);
"""


def charts(browser):
    """The charts of the page by name, once both are drawn."""
    browser.until(lambda: browser.script("return document.readyState") == "complete")
    drawn = browser.until(lambda: [one for one in browser.script(CHARTS) if one["cash"]])
    return {chart.pop("name"): chart for chart in drawn}


def pay_in(text):
    """Yearly amounts that single people are paid, in any way in which amounts are written."""
    said = {number.replace(",", "").removesuffix(".00") for number in re.findall(r"[\d,]+(?:\.\d+)?", text)}
    return said & PAY


def test_a_leader_signs_in_and_reads_whether_the_money_comes_back(browser, service):
    browser.sign_in("leader")

    assert browser.driver.current_url == f"http://{service.host}/admin/"
    assert browser.sentence == (
        "Every EUR 1.00 invested brought EUR 0.83 back in validated cash; EUR 1.2 M more waits for a second signature."
    )
    drawn = charts(browser)
    assert set(drawn) == {"months", "rolling", "work"}
    assert drawn["months"]["height"] > 200
    assert drawn["months"]["cost"] > 0.05
    assert {name: chart["cash"] > 0.002 for name, chart in drawn.items()} == dict.fromkeys(drawn, True)
    assert browser.script(HATCHED) == [False] * 11 + [True]
    assert browser.complaints() == []
    assert browser.asked_hosts() == {service.host}


def test_a_leader_reads_the_same_on_a_phone_without_scrolling_sideways(browser, service):
    browser.resize(390, 844, phone=True)
    browser.sign_in("leader")

    assert browser.sentence.startswith("Every EUR 1.00 invested brought EUR 0.83 back")
    drawn = charts(browser)
    assert set(drawn) == {"months", "rolling", "work"}
    assert drawn["months"]["height"] > 150
    assert drawn["months"]["cost"] > 0.05
    assert max(chart["right"] for chart in drawn.values()) <= 390
    assert browser.script("return document.scrollingElement.scrollWidth") == 390
    last_column = browser.driver.find_element("xpath", "//th[normalize-space()='ROI']")
    assert last_column.rect["x"] + last_column.rect["width"] <= 390
    assert browser.complaints() == []
    assert browser.asked_hosts() == {service.host}


def test_a_leader_goes_from_the_first_page_to_a_stream_an_epic_and_the_facts_of_a_figure(browser, service):
    browser.sign_in("leader")
    cost = browser.row("Deliver").find_element("css selector", "td a").text

    browser.click("Deliver")
    browser.until(lambda: browser.sentence == "Deliver")
    assert browser.one(".overview-figure").text == f"EUR {cost}"
    browser.until(lambda: browser.script(CHARTS))

    browser.click("Route optimiser")
    browser.until(lambda: browser.sentence == "Route optimiser")
    figure = browser.one("a.overview-number")
    whole = amount(figure.get_attribute("title").partition(":")[0].replace("\u00a0", " "))

    figure.click()
    browser.until(lambda: "explain" in browser.driver.current_url and amount(browser.sentence) == whole)
    assert sum(map(amount, browser.column("Here"))) == whole
    assert browser.complaints() == []
    assert browser.asked_hosts() == {service.host}


@pytest.mark.parametrize("path", ["streams/", "teams/by-name/", "epics/", "capacity/", "findings/"])
def test_every_entry_of_a_leader_fits_a_phone(browser, path):
    browser.resize(390, 844, phone=True)
    browser.sign_in("leader")

    browser.open(f"/admin/{path}")

    browser.until(lambda: browser.script("return document.readyState") == "complete")
    assert browser.script("return document.scrollingElement.scrollWidth") == 390
    assert browser.complaints() == []


def test_a_leader_reaches_what_stands_under_their_name_by_the_keyboard(browser):
    browser.sign_in("leader")
    account = browser.one("[aria-label='My account']")
    assert account.get_attribute("tabindex") == "0"

    account.send_keys(Keys.ENTER)

    browser.until(lambda: "Reports as files" in browser.said)
    browser.until(lambda: browser.script("return document.activeElement.closest('nav') !== null"))
    assert browser.complaints() == []


def test_nobody_is_paid_anything_on_the_page_of_a_leader(browser):
    browser.sign_in("leader")

    assert pay_in(browser.source) == set()
    assert [word for person in CODES.items() for word in person if word in browser.source] == []
    assert not re.search(r"\b(actual|variance)\b", browser.source)
    browser.open("/admin/finance/personrate/")
    assert browser.one("h1").text == "This page is not for your account"
    assert pay_in(browser.source) == set()


def test_finance_sees_pay_where_it_is_kept(browser):
    """So that looking for pay finds it where there is some."""
    browser.sign_in("finance")

    browser.open("/admin/finance/personrate/")

    assert len(pay_in(browser.source)) > 20


def test_finance_opens_a_figure_down_to_a_bill_and_it_adds_up_at_each_step(browser):
    browser.sign_in("finance")
    figure = browser.row("Deliver").find_element("css selector", "td a")
    cost = amount(figure.get_attribute("title"))

    figure.click()
    browser.until(lambda: "explain" in browser.driver.current_url and amount(browser.sentence) == cost)
    assert sum(map(amount, browser.column("Here"))) == cost

    part = browser.row("2025-12", "direct", "services").find_element("tag name", "a")
    whole = amount(part.text)
    part.click()
    browser.until(lambda: "component" in browser.driver.current_url and amount(browser.sentence) == whole)
    assert sum(map(amount, browser.column("Here"))) == whole

    line = browser.row("WAREHOUSE-CONTROL-202512")
    line.find_element("partial link text", "cost entry").click()
    bill = browser.until(lambda: browser.one("input[name=amount]"))
    assert Decimal(bill.get_attribute("value")) == whole == Decimal("23400.00")
    assert browser.one("input[name=document_number]").get_attribute("value") == "WAREHOUSE-CONTROL-202512"
    assert browser.complaints() == []


SUMS = {
    "cost": "3772890.56",
    "benefit_validated_cash": "3245084.64",
    "benefit_validated_avoided": "292387.50",
    "benefit_validated_freed": "210925.00",
    "benefit_validated_risk": "0.00",
    "benefit_claimed": "579406.66",
}
"""Of the second half of 2025, over every row that makes the organisation."""
BESIDE = ("external", "unattributed")
"""Rows that stand beside the organisation's sum."""


def test_finance_downloads_a_workbook_whose_sums_are_those_of_the_interface(browser, service, tmp_path):
    half = {"group_by": "value_stream", "from": "2025-07", "through": "2025-12", "window": "period"}
    browser.sign_in("finance")
    browser.click("Reports as files")
    for name, value in half.items():
        browser.until(lambda name=name: browser.field(name)).send_keys(value)
    browser.click("Use these")
    offered = browser.until(lambda: browser.driver.find_element("css selector", "#download-xlsx[href*='2025-07']"))
    address = urlsplit(offered.get_attribute("href"))

    file = browser.download("XLSX", tmp_path / "downloads")

    assert parse_qs(address.query) == {name: [value] for name, value in {**half, "format": "xlsx"}.items()}
    answer = service.read(f"{address.path}?{address.query.replace('xlsx', 'json')}", who="finance")
    rows = rows_of(file)
    of_organisation = [row for row in rows if row["row_kind"] not in BESIDE]
    assert [(row["group_code"] or "", row["row_kind"]) for row in rows] == [
        (row["group_code"], row["row_kind"]) for row in answer["results"]
    ]
    for name, told in SUMS.items():
        for row, same in zip(rows, answer["results"], strict=True):
            assert in_cents(row[name]) == Decimal(same[name]["amount"]), (same["group_code"], name)
        assert sum(in_cents(row[name]) for row in of_organisation) == Decimal(answer["total"][name]["amount"])
        assert Decimal(answer["total"][name]["amount"]) == Decimal(told), name
    assert browser.complaints() == []


def rows_of(file):
    """The rows of a workbook's first sheet by the names in its first row."""
    head, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def in_cents(cell):
    """A number of a workbook as an amount; nothing of it may lie below a cent."""
    found = Decimal(repr(cell))
    assert found == found.quantize(Decimal("0.01"))
    return found


@pytest.fixture
def bills(browser):
    """Finance at the list of cost entries, found by the menu."""
    browser.sign_in("finance")
    browser.click("Rates and costs")
    browser.click("Cost entries")
    browser.until(lambda: browser.column("Document number"))


def test_finance_finds_the_bills_of_a_supplier_in_a_quarter(browser, bills):
    browser.one("input[name=q]").send_keys("Regalwerk\n")
    browser.until(lambda: browser.column("Vendor") == ["Regalwerk"] * 18)

    browser.click("Filters")
    browser.until(lambda: browser.one("input[name=incurred_on_from]").is_displayed())
    browser.one("input[name=incurred_on_from]").send_keys("2026-01-01")
    browser.one("input[name=incurred_on_to]").send_keys("2026-03-31")
    browser.click("Apply Filters")

    browser.until(lambda: len(browser.column("Vendor")) == 3)
    assert browser.column("Vendor") == ["Regalwerk"] * 3
    assert browser.column("Incurred on") == ["2026-03-31", "2026-02-28", "2026-01-31"]
    assert sum(map(amount, browser.column("Amount"))) == 3 * Decimal("23400.00")


def test_finance_corrects_a_bill_and_watches_the_job_that_compiles_its_month(browser, bills, service):
    browser.one("input[name=q]").send_keys("WAREHOUSE-CONTROL-202606\n")
    browser.until(lambda: browser.column("Document number") == ["WAREHOUSE-CONTROL-202606"])
    browser.click("2026-06-30")
    paid = browser.until(lambda: browser.one("input[name=amount]"))
    paid.clear()
    paid.send_keys("23900.00")
    browser.click("Save")
    browser.until(lambda: browser.column("Amount") == ["23,900.00 EUR"])

    with service.worker_held():
        browser.click("Books")
        browser.click("Months")
        browser.until(lambda: browser.row("2026-06", "Open")).find_element("name", "_selected_action").click()
        Select(browser.one("select[name=action]")).select_by_visible_text(COMPILE)
        browser.until(lambda: browser.one("button[name=index]").is_displayed())
        browser.one("button[name=index]").click()
        browser.click("how far it is")
        assert browser.until(lambda: browser.one(".console-state").text) == "Queued"

    browser.until(lambda: browser.one(".console-state").text == "Done")
    progress = browser.one(".console-progress progress")
    assert progress.get_attribute("value") == progress.get_attribute("max") == "1"
    assert browser.one(".console-progress").text == "2026-06 compiled"
    assert browser.complaints() == []
