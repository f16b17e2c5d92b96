"""A planning tool that uses the generated client: pushes epics and item-days, pulls capacity and ROI."""

import json
import os
import sys

from team_roi_client import AuthenticatedClient
from team_roi_client.api.efforts import bulk_efforts
from team_roi_client.api.epics import bulk_epics
from team_roi_client.api.me import get_me
from team_roi_client.api.reports import report_capacity, report_roi
from team_roi_client.models import (
    CapacityReport,
    EffortBulkRequest,
    EffortRowRequest,
    EpicBulkRequest,
    EpicRowRequest,
    EpicRowRequestWorkType,
    Me,
    Problem,
    Receipt,
    Reference,
    ReportRoiGroupBy,
    ReportRoiWindow,
    RoiReport,
)

SERVICE = {"base_url": os.environ["TEAM_ROI_URL"], "token": os.environ["TEAM_ROI_TOKEN"]}
client = AuthenticatedClient(**SERVICE)

me = get_me.sync(client=client)
assert isinstance(me, Me)

epics = EpicBulkRequest(
    source="planning",
    rows=[
        EpicRowRequest(code="next-pay", name="Next pay", work_type=EpicRowRequestWorkType.FEATURE, external_id="E-1"),
        EpicRowRequest(code="old-pay", name="Old pay", work_type=EpicRowRequestWorkType.DEBT, external_id="E-2"),
    ],
)
first, again = (bulk_epics.sync(client=client, body=epics) for _ in range(2))
assert isinstance(first, Receipt)
assert isinstance(again, Receipt)

days = EffortBulkRequest(
    source="planning",
    rows=[
        EffortRowRequest(
            team=Reference(code="checkout"),
            month="2026-07",
            epic=Reference(source="planning", external_id="E-1"),
            item_days="12",
        ),
        EffortRowRequest(
            team=Reference(code="checkout"), month="2026-07", epic=Reference(code="old-pay"), item_days="4"
        ),
    ],
)
efforts = bulk_efforts.sync(client=client, body=days)
assert isinstance(efforts, Receipt)

capacity = report_capacity.sync(client=client, from_="2026-07", through="2026-07")
assert isinstance(capacity, CapacityReport)

roi = report_roi.sync(
    client=client,
    group_by=ReportRoiGroupBy.TEAM,
    from_="2026-07",
    through="2026-07",
    window=ReportRoiWindow.PERIOD,
)
assert isinstance(roi, RoiReport)

# The generated functions take no unknown parameter, so it is slipped in below them.
mistyped = AuthenticatedClient(**SERVICE, httpx_args={"params": {"teem": "checkout"}})
problem = report_roi.sync(client=mistyped)
assert isinstance(problem, Problem)

json.dump(
    {
        "me": {
            "user": me.user,
            "sources": me.sources,
            "currency": me.reporting_currency,
            "closed": me.latest_closed_month,
        },
        "epics": {"stored": first.stored, "created": first.created, "unchanged": first.unchanged},
        "epics_again": {"stored": again.stored, "created": again.created, "unchanged": again.unchanged},
        "efforts": {
            "stored": efforts.stored,
            "created": efforts.created,
            "outcomes": [row.outcome for row in efforts.results],
        },
        "capacity": [
            [row.team_code, row.role_code, row.headcount, row.allocated_fte, row.plannable_hours]
            for row in capacity.results
        ],
        "roi": {
            "stale": roi.stale,
            "rows": [
                [
                    row.group_code,
                    row.row_kind,
                    row.cost.amount,
                    row.cost.currency,
                    row.roi_validated_cash,
                    row.roi_reason,
                ]
                for row in roi.results
            ],
        },
        "problem": {
            "type": problem.type_,
            "status": problem.status,
            "errors": [[error.pointer, error.code] for error in problem.errors],
        },
    },
    sys.stdout,
)
