-- What work brought: entries and valued outcomes, and who they are credited to.

CREATE TABLE metric_value AS
SELECT v.metric_id AS metric, v.month, if(m.aggregate = 3, v.last_value, v.total)::HUGEINT AS number,
       if(m.aggregate = 2, v.count, 1)::HUGEINT AS divisor
FROM metric_months v JOIN metrics m ON m.id = v.metric_id;

CREATE TABLE valued AS
WITH row AS (
    SELECT v.id, m.month, v.outcome_id AS outcome, v.currency, v.benefit_class AS klass,
           (g.number - o.baseline * g.divisor) * k.direction * coalesce(n.number, v.volume) * v.unit_value * v.margin
               AS number,
           g.divisor * coalesce(n.divisor, 1) * 1000000000000000000::HUGEINT AS divisor
    FROM valuations v
    JOIN months m ON v.starts_on < m.ends AND v.ends_on > m.starts
    JOIN outcomes o ON o.id = v.outcome_id
        AND m.month - o.start_month >= 0 AND m.month - o.start_month < o.window_months
    JOIN metrics k ON k.id = o.metric_id
    JOIN metric_value g ON g.metric = o.metric_id AND g.month = m.month
    LEFT JOIN metric_value n ON n.metric = v.volume_metric_id AND n.month = m.month
    WHERE v.volume_metric_id = -1 OR n.metric IS NOT NULL
)
SELECT r.id, r.month, r.outcome, r.currency, r.klass, half_away(r.number, r.divisor)::BIGINT AS amount FROM row r;

CREATE TABLE benefit AS
WITH every AS (
    SELECT 4 AS kind, e.id AS source, e.month, e.outcome_id AS outcome,
           if(e.epic_id = -1, coalesce(o.epic_id, -1), e.epic_id) AS epic,
           if(e.external_share = -1, greatest(coalesce(o.external_share, 0), 0), e.external_share) AS external,
           coalesce(o.attribution_model, 2) AS model, e.benefit_class AS klass, e.state, e.amount, e.currency
    FROM benefit_entries e LEFT JOIN outcomes o ON o.id = e.outcome_id WHERE e.state <> 3
    UNION ALL
    SELECT 5, v.id, v.month, v.outcome, o.epic_id, greatest(o.external_share, 0), o.attribution_model, v.klass,
           coalesce(r.state, 1), v.amount, v.currency
    FROM valued v JOIN outcomes o ON o.id = v.outcome
    LEFT JOIN valuation_reviews r
        ON r.valuation_id = v.id AND r.month = v.month AND r.amount = v.amount AND r.currency = v.currency
    WHERE coalesce(r.state, 1) <> 3
)
SELECT row_number() OVER () AS benefit, e.* EXCLUDE (amount, currency),
       half_away(e.amount::HUGEINT * f.rate, f.divisor)::BIGINT AS whole
FROM every e JOIN fx f ON f.currency = e.currency AND f.month = e.month;

CREATE TABLE credit AS
WITH agreed AS (
    SELECT b.benefit, a.team_id AS team, if(a.epic_id = -1, b.epic, a.epic_id) AS epic, a.stream_id AS stream,
           a.share AS weight, 1000000 AS whole
    FROM benefit b JOIN attributions a ON a.outcome_id = b.outcome WHERE b.model = 1
), worked AS (
    SELECT b.benefit, e.team_id AS team, b.epic, -1 AS stream,
           sum(e.share)::BIGINT AS weight, 0 AS whole
    FROM benefit b
    JOIN effort_share e ON e.epic_id = b.epic AND e.month <= b.month AND e.month >= b.month - getvariable('look_back')
    WHERE b.model = 2 AND b.epic <> -1
    GROUP BY b.benefit, e.team_id, b.epic
), linked AS (
    SELECT DISTINCT b.benefit, l.team_id, b.epic, -1, 1, 0
    FROM benefit b
    JOIN months m USING (month)
    JOIN epic_teams l ON l.epic_id = b.epic AND l.starts_on < m.ends AND l.ends_on > m.starts
    WHERE b.model <> 1 AND b.epic <> -1 AND b.benefit NOT IN (SELECT benefit FROM worked)
)
FROM agreed UNION ALL FROM worked UNION ALL FROM linked;

CREATE TABLE benefit_epic AS
SELECT DISTINCT c.epic, b.month FROM credit c JOIN benefit b USING (benefit) WHERE c.epic <> -1 AND c.stream = -1;
