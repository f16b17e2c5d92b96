-- Benefits of teams that are pools follow their cost to the teams that carry it.

CREATE TABLE benefit_posting AS
SELECT month, team, -1 AS pool, -1 AS origin_pool, stream, epic, coalesce(e.work_type, 0) AS work_type,
       0 AS effort_source, account, -1 AS category, klass, state, sum(amount)::BIGINT AS amount, 0 AS minutes,
       0 AS priced_minutes, 0 AS fte_nano
FROM benefit_share LEFT JOIN epics e ON e.id = epic
GROUP BY ALL;

CREATE TABLE moving AS
WITH of_pool AS (
    SELECT row_number() OVER () AS g, b.* EXCLUDE (pool), p.id AS from_pool
    FROM benefit_posting b JOIN pools p ON p.team_id = b.team
    WHERE b.account = 20 AND b.amount <> 0
), carrying AS (FROM effective WHERE target < 2000000000)
SELECT o.*, o.amount AS whole, e.target, e.target AS key, e.weight::HUGEINT AS weight, t.total, t.n
FROM of_pool o
JOIN carrying e ON e.month = o.month AND e.pool = o.from_pool
JOIN (SELECT month, pool, sum(weight)::HUGEINT AS total, count(*) AS n FROM carrying GROUP BY month, pool) t
    ON t.month = o.month AND t.pool = o.from_pool;
