-- Lines, and their sums per owner, account and category. -1 is nobody.

CREATE TABLE line AS
SELECT month, 1 AS kind, person AS source, team, coalesce(p.id, -1) AS pool, -1 AS stream, -1 AS epic, role,
       if(team = -1, 6, 1) AS account, -1 AS category, 0 AS klass, 0 AS state, whole, amount, variance_whole, variance,
       minutes, priced_minutes, fte_nano
FROM person_share LEFT JOIN pools p ON p.team_id = team AND team <> -1
WHERE amount <> 0 OR variance <> 0 OR minutes <> 0 OR fte_nano <> 0
UNION ALL
SELECT month, 2, source, team, coalesce(p.id, -1), -1, -1, role, 2, -1, 0, 0, amount, amount, 0, 0, minutes, minutes,
       fte_nano
FROM bought LEFT JOIN pools p ON p.team_id = team
UNION ALL
SELECT month, 3, source, if(pool <> -1, o.team_id, team), if(pool <> -1, pool, coalesce(p.id, -1)), stream, -1, -1, 3,
       category, 0, 0, amount, amount, 0, 0, 0, 0, 0
FROM paid LEFT JOIN pools p ON p.team_id = team AND team <> -1 LEFT JOIN pools o ON o.id = pool
UNION ALL
SELECT month, kind, source, team, -1, stream, epic, -1, account, -1, klass, state, whole, amount, 0, 0, 0, 0, 0
FROM benefit_share;

CREATE TABLE own AS
SELECT month, team, pool, -1 AS origin_pool, stream, account, category, klass, state, sum(amount)::BIGINT AS amount,
       sum(minutes)::BIGINT AS minutes, sum(priced_minutes)::BIGINT AS priced_minutes, sum(fte_nano)::BIGINT AS fte_nano
FROM line WHERE account < 20
GROUP BY month, team, pool, stream, account, category, klass, state
UNION ALL
SELECT month, team, pool, -1, stream, account + 100, category, klass, state, sum(variance)::BIGINT, 0, 0, 0
FROM line WHERE kind = 1 AND variance <> 0
GROUP BY month, team, pool, stream, account, category, klass, state;

CREATE TABLE team_measure AS
SELECT month, team, sum(fte_nano)::BIGINT AS fte_nano, sum(amount) FILTER (WHERE account < 100)::BIGINT AS direct_cost
FROM own WHERE team <> -1 GROUP BY month, team;

CREATE TABLE head_count AS
SELECT month, team, count(*) AS heads FROM line WHERE kind = 1 AND team <> -1 GROUP BY month, team;
