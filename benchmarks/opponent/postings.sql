-- Needs effective (month, pool, target, weight): teams by their id, sinks from 2,000,000,000 on.

CREATE TABLE pool_cost AS
SELECT month, pool, account // 100 * 100 AS base, sum(amount)::BIGINT AS amount
FROM own WHERE pool <> -1 GROUP BY month, pool, base HAVING sum(amount) <> 0;

CREATE TABLE effective_total AS
SELECT month, pool, sum(weight)::HUGEINT AS total, count(*) AS n FROM effective GROUP BY month, pool;

CREATE TABLE pool_target AS
SELECT (c.month * 1000 + c.pool) * 1000 + c.base AS g, c.month, c.pool, c.base, c.amount, e.target, e.target AS key,
       e.weight::HUGEINT AS weight, t.total, t.n
FROM pool_cost c
JOIN effective e ON e.month = c.month AND e.pool = c.pool
JOIN effective_total t ON t.month = c.month AND t.pool = c.pool;
