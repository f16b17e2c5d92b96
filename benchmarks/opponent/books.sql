-- The rows of the books, in the order of their indexes.

CREATE TABLE posting AS
WITH every AS (
    SELECT month, team, pool, origin_pool, stream, epic, work_type, effort_source, account, category, klass, state,
           amount, minutes, priced_minutes, fte_nano
    FROM leaf_share WHERE amount <> 0 OR minutes <> 0 OR fte_nano <> 0
    UNION ALL
    SELECT month, team, pool, origin_pool, stream, -1, 0, 0, account, category, klass, state, amount, minutes,
           priced_minutes, fte_nano
    FROM cost_component WHERE (team = -1 OR pool <> -1) AND (amount <> 0 OR minutes <> 0 OR fte_nano <> 0)
    UNION ALL
    FROM benefit_posting
    UNION ALL
    SELECT DISTINCT ON (g) month, team, from_pool, -1, stream, epic, work_type, effort_source, 23, category, klass,
           state, -whole, 0, 0, 0
    FROM move_share
    UNION ALL
    SELECT month, target, -1, from_pool, stream, epic, work_type, effort_source, 24, category, klass, state, amount,
           0, 0, 0
    FROM move_share
)
SELECT month, team, pool, origin_pool, stream, epic, work_type, effort_source, account, category, klass, state,
       sum(amount)::BIGINT AS amount, sum(minutes)::BIGINT AS minutes, sum(priced_minutes)::BIGINT AS priced_minutes,
       sum(fte_nano)::BIGINT AS fte_nano
FROM every
GROUP BY month, team, pool, origin_pool, stream, epic, work_type, effort_source, account, category, klass, state;

CREATE TABLE component AS
FROM cost_component
UNION ALL
SELECT month, team, pool, origin_pool, -1, account, category, klass, state, sum(amount)::BIGINT, sum(minutes)::BIGINT,
       sum(priced_minutes)::BIGINT, sum(fte_nano)::BIGINT
FROM posting WHERE account % 100 >= 20
GROUP BY month, team, pool, origin_pool, account, category, klass, state;

CREATE TABLE team_month AS
SELECT month, team, pool, account, klass, state, sum(amount)::BIGINT AS amount,
       coalesce(sum(amount) FILTER (WHERE effort_source <> 0), 0)::BIGINT AS effort_amount,
       sum(minutes)::BIGINT AS minutes, sum(priced_minutes)::BIGINT AS priced_minutes, sum(fte_nano)::BIGINT AS fte_nano
FROM posting GROUP BY month, team, pool, account, klass, state;

CREATE TABLE stream_month AS
SELECT month, stream, pool <> -1 AS pooled, account, klass, state, sum(amount)::BIGINT AS amount,
       coalesce(sum(amount) FILTER (WHERE effort_source <> 0), 0)::BIGINT AS effort_amount,
       sum(minutes)::BIGINT AS minutes, sum(priced_minutes)::BIGINT AS priced_minutes, sum(fte_nano)::BIGINT AS fte_nano
FROM posting GROUP BY month, stream, pooled, account, klass, state;

CREATE TABLE work_month AS
SELECT month, stream, pool <> -1 AS pooled, CASE WHEN account % 100 BETWEEN 6 AND 9 THEN account % 100 ELSE 0 END AS residual,
       work_type, coalesce(sum(amount) FILTER (WHERE account < 100), 0)::BIGINT AS amount,
       coalesce(sum(amount) FILTER (WHERE account > 100), 0)::BIGINT AS variance
FROM posting WHERE account % 100 < 20 GROUP BY month, stream, pooled, residual, work_type;
