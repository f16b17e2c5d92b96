-- Components of teams are split over their leaves; everything else is posted where it stands.

CREATE TABLE cost_component AS
FROM own
UNION ALL
SELECT month, if(target < 2000000000, target, -1), -1, pool, -1,
       base + if(target < 2000000000, 5, 7 + target - 2000000000), -1, 0, 0, amount, 0, 0, 0
FROM pool_share WHERE amount <> 0
UNION ALL
SELECT month, p.team_id, pool, -1, -1, base + 4, -1, 0, 0, -amount, 0, 0, 0
FROM pool_cost JOIN pools p ON p.id = pool;

CREATE TABLE leafed AS
WITH numbered AS (
    SELECT row_number() OVER () AS g, * EXCLUDE (stream) FROM cost_component WHERE team <> -1 AND pool = -1
)
SELECT c.*, l.stream, l.epic, l.work_type, l.source AS effort_source, l.key, l.weight, l.total, l.n
FROM numbered c JOIN leaf l ON l.month = c.month AND l.team = c.team;
