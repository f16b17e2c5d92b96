/** A planning tool that uses the generated types: pushes epics and item-days, pulls capacity and ROI. */

import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const { TEAM_ROI_URL, TEAM_ROI_TOKEN } = process.env;
if (!TEAM_ROI_URL || !TEAM_ROI_TOKEN) throw new Error("TEAM_ROI_URL and TEAM_ROI_TOKEN are not set");

// Reports are offered as files too; this program reads JSON.
const client = createClient<paths, "application/json" | "application/problem+json">({
  baseUrl: TEAM_ROI_URL,
  headers: { Authorization: `Bearer ${TEAM_ROI_TOKEN}` },
});

/** What was asked for; a problem ends the journey. */
function told<T>({ data, error }: { data?: T; error?: components["schemas"]["Problem"] }): T {
  if (data === undefined) throw new Error(error?.detail ?? "no answer");
  return data;
}

const me = told(await client.GET("/api/v1/me/"));

const epics: components["schemas"]["EpicBulkRequest"] = {
  source: "planning",
  rows: [
    { code: "next-pay", name: "Next pay", work_type: "feature", external_id: "E-1" },
    { code: "old-pay", name: "Old pay", work_type: "debt", external_id: "E-2" },
  ],
};
const first = told(await client.POST("/api/v1/epics/bulk/", { body: epics }));
const again = told(await client.POST("/api/v1/epics/bulk/", { body: epics }));

const team = { code: "checkout" };
const month = "2026-07";
const efforts = told(
  await client.POST("/api/v1/efforts/bulk/", {
    body: {
      source: "planning",
      rows: [
        { team, month, epic: { source: "planning", external_id: "E-1" }, item_days: "12" },
        { team, month, epic: { code: "old-pay" }, item_days: "4" },
      ],
    },
  }),
);

const capacity = told(
  await client.GET("/api/v1/reports/capacity/", { params: { query: { from: month, through: month } } }),
);

const roi = told(
  await client.GET("/api/v1/reports/roi/", {
    params: { query: { group_by: "team", from: month, through: month, window: "period" } },
  }),
);

// The types refuse an unknown parameter, and so does the service.
const mistyped = await client.GET("/api/v1/reports/roi/", {
  // @ts-expect-error: there is no such parameter
  params: { query: { teem: "checkout" } },
});
const problem = mistyped.error;
if (!problem) throw new Error("an unknown parameter was taken");

process.stdout.write(
  JSON.stringify({
    me: {
      user: me.user,
      sources: me.sources,
      currency: me.reporting_currency,
      closed: me.latest_closed_month,
    },
    epics: { stored: first.stored, created: first.created, unchanged: first.unchanged },
    epics_again: { stored: again.stored, created: again.created, unchanged: again.unchanged },
    efforts: {
      stored: efforts.stored,
      created: efforts.created,
      outcomes: efforts.results.map((row) => row.outcome),
    },
    capacity: capacity.results.map((row) => [
      row.team_code,
      row.role_code,
      row.headcount,
      row.allocated_fte,
      row.plannable_hours,
    ]),
    roi: {
      stale: roi.stale,
      rows: roi.results.map((row) => [
        row.group_code,
        row.row_kind,
        row.cost.amount,
        row.cost.currency,
        row.roi_validated_cash,
        row.roi_reason,
      ]),
    },
    problem: {
      type: problem.type,
      status: problem.status,
      errors: problem.errors.map((error) => [error.pointer, error.code]),
    },
  }),
);
