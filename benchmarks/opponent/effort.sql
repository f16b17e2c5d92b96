-- Item-days of months in which their team declared no shares, each to become millionths of that month.

CREATE TABLE days_told AS
WITH counted AS (
    SELECT team_id * 1000 + month AS g, team_id, month, epic_id, id AS key, item_days::HUGEINT AS weight,
           1000000 AS share
    FROM efforts e
    WHERE item_days > 0
        AND NOT EXISTS (FROM efforts d WHERE d.team_id = e.team_id AND d.month = e.month AND d.share <> -1)
)
SELECT *, greatest(sum(weight) OVER (PARTITION BY g), 1)::HUGEINT AS total, count(*) OVER (PARTITION BY g) AS n
FROM counted;
