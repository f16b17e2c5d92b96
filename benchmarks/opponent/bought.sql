-- Contractor lines and cost entries as posted amounts per month.

CREATE TABLE bought AS
SELECT c.id AS source, c.month, c.team_id AS team, c.role_id AS role,
       half_away(half_away(c.rate::HUGEINT * (c.hours * 10000 + c.overtime_hours * c.overtime_multiplier), 100000000)
                 * f.rate, f.divisor)::BIGINT AS amount,
       half_away((c.hours + c.overtime_hours) * 60, 10000) AS minutes,
       half_away(half_away((c.hours + c.overtime_hours) * 60, 10000) * 1000000000, m.full_minutes) AS fte_nano
FROM contractor_lines c
JOIN fx f ON f.currency = c.currency AND f.month = c.month
JOIN months m ON m.month = c.month;

CREATE TABLE paid AS
WITH dated AS (
    SELECT *, DATE '1970-01-01' + service_from AS since, DATE '1970-01-01' + service_until AS until
    FROM cost_entries WHERE service_from <> -1
), counted AS (
    SELECT *, year(since) * 12 + month(since) - 1 AS since_month, year(until) * 12 + month(until) - 1 AS until_month,
           day(since) = 1 AND day(until) = 1 AS by_month
    FROM dated
), spread AS (
    SELECT c.id, m.month, c.team_id, c.pool_id, c.stream_id, c.category_id, c.amount, c.currency,
           if(by_month, until_month - since_month, service_until - service_from) AS steps,
           if(by_month, m.number - since_month, greatest(m.starts - service_from, 0)) AS before,
           if(by_month, m.number + 1 - since_month, least(m.ends, service_until) - service_from) AS after
    FROM counted c JOIN months m ON m.starts < c.service_until AND m.ends > c.service_from
), local AS (
    SELECT id, d.month, team_id, pool_id, stream_id, category_id, amount, currency
    FROM cost_entries JOIN day_month d ON d.day = incurred_on WHERE service_from = -1
    UNION ALL
    SELECT id, month, team_id, pool_id, stream_id, category_id,
           half_away(amount * after, steps) - half_away(amount * before, steps), currency
    FROM spread
)
SELECT l.id AS source, l.month, l.team_id AS team, l.pool_id AS pool, l.stream_id AS stream, l.category_id AS category,
       half_away(l.amount::HUGEINT * f.rate, f.divisor)::BIGINT AS amount
FROM local l JOIN fx f ON f.currency = l.currency AND f.month = l.month;
