-- Leaves of every benefit, beside what is external and what nobody is credited with.

CREATE TABLE benefit_leaf AS
WITH covered AS (
    SELECT b.benefit, any_value(b.month) AS month, any_value(b.external) AS external,
           coalesce(sum(c.weight), 0)::BIGINT AS covered,
           greatest(coalesce(max(c.whole), 1), coalesce(sum(c.weight), 0))::BIGINT AS whole
    FROM benefit b LEFT JOIN credit c USING (benefit) GROUP BY b.benefit
), leaf AS (
    SELECT c.benefit, 20 AS account, c.epic, c.team,
           if(c.stream = -1, coalesce(e.stream, t.stream, -1), c.stream) AS stream,
           (1000000 - b.external)::HUGEINT * c.weight
               * coalesce(e.part, t.part, (m.ends - m.starts) * 1000000) AS weight
    FROM credit c JOIN benefit b USING (benefit) JOIN months m USING (month)
    LEFT JOIN epic_stream e ON c.stream = -1 AND c.epic <> -1 AND e.epic = c.epic AND e.month = b.month
    LEFT JOIN team_stream t ON c.stream = -1 AND e.stream IS NULL AND t.team = c.team AND t.month = b.month
    UNION ALL
    SELECT benefit, 21, -1, -1, -1, external::HUGEINT * whole * ((m.ends - m.starts) * 1000000)
    FROM covered JOIN months m USING (month)
    UNION ALL
    SELECT benefit, 22, -1, -1, -1, (1000000 - external)::HUGEINT * (whole - covered) * ((m.ends - m.starts) * 1000000)
    FROM covered JOIN months m USING (month)
)
SELECT l.benefit AS g, b.kind, b.source, b.month, b.klass, b.state, b.whole, b.whole AS amount, l.account, l.epic,
       l.team, l.stream, l.weight,
       sum(l.weight) OVER (PARTITION BY l.benefit)::HUGEINT AS total, count(*) OVER (PARTITION BY l.benefit) AS n,
       row_number() OVER (PARTITION BY l.benefit ORDER BY account, if(l.epic = -1, 2147483647, l.epic),
           if(l.team = -1, 2147483647, l.team), if(l.stream = -1, 2147483647, l.stream)) AS key
FROM leaf l JOIN benefit b USING (benefit) WHERE l.weight > 0;
