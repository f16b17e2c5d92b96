"""Fill a fresh database with the golden organisation over two years, and print a token of ada, who keeps its books."""

import datetime as dt

import django

django.setup()

from django.contrib.auth.models import Group, User  # noqa: E402
from django.utils import timezone  # noqa: E402

from roi_project.access.audience import SYSTEM  # noqa: E402
from roi_project.access.services import issue_token  # noqa: E402
from roi_project.intake.kinds import kind_named  # noqa: E402
from roi_project.intake.receive import receive  # noqa: E402
from teams.services.months import ensure_months  # noqa: E402
from tests.golden import JANUARY, ROWS, dollars  # noqa: E402
from tests.reliability.books_house import MONTHS  # noqa: E402

SINCE = f"{MONTHS[0]}-01"


def of_all_months(row):
    """A row about July as one about every month, each with another amount; what began in January began earlier."""
    if not row.keys() & {"month", "incurred_on"}:
        yield {name: SINCE if value == JANUARY else value for name, value in row.items()}
        return
    for number, month in enumerate(MONTHS):
        told = row | {"month": month} if "month" in row else row | {"incurred_on": f"{month}-28"}
        if "external_id" in row:
            told["external_id"] = f"{row['external_id']}-{month}"
        if "amount" in row:
            told["amount"] = dollars(f"{float(row['amount']['amount']) + number * 17.31:.2f}")
        yield told


def main():
    now = timezone.now()
    for kind, rows in ROWS.items():
        every = [told for row in rows for told in of_all_months(row)]
        numbered = [(number, row, "json") for number, row in enumerate(every, start=1)]
        receipt = receive(SYSTEM, kind_named(kind), numbered)
        assert not receipt.refused, receipt.refused
    card = {"role": "engineer", "unit": "hour", "amount": dollars("80.00"), "starts_on": SINCE}
    receive(SYSTEM, kind_named("rate-cards"), [(1, card, "json")])
    ensure_months(dt.date.fromisoformat(SINCE), dt.date.fromisoformat(f"{MONTHS[-1]}-01"))
    ada = User.objects.create_user("ada")
    ada.groups.add(Group.objects.get(name="finance"))
    until = now + dt.timedelta(days=1)
    _, text = issue_token(SYSTEM, user=ada, name="faults", scopes=["read", "write"], now=now, expires_at=until)
    print(text)  # noqa: T201


main()
