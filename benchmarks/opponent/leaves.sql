-- What a team's month was for: effort first, then the team's streams.

CREATE TABLE team_stream AS
WITH part AS (
    SELECT s.team_id AS team, m.month, s.stream_id AS stream,
           sum(s.share * (least(s.ends_on, m.ends) - greatest(s.starts_on, m.starts)))::BIGINT AS part
    FROM team_stream_shares s JOIN months m ON s.starts_on < m.ends AND s.ends_on > m.starts
    GROUP BY s.team_id, m.month, s.stream_id
)
FROM part
UNION ALL
SELECT team, month, -1, any_value((m.ends - m.starts) * 1000000) - sum(part)::BIGINT
FROM part JOIN months m USING (month) GROUP BY team, month
HAVING any_value((m.ends - m.starts) * 1000000) > sum(part);

CREATE TABLE told AS
WITH declaring AS (SELECT DISTINCT team_id, month FROM efforts WHERE item_days = -1)
SELECT e.month, e.team_id AS team, e.epic_id AS epic, if(e.epic_id = -1, e.work_type, p.work_type) AS work_type,
       if(e.item_days = -1, e.share, e.item_days) AS share, if(e.item_days = -1, 1, 2) AS source,
       e.item_days <> -1 AS by_days
FROM efforts e
ANTI JOIN (
    SELECT x.id FROM declaring d JOIN efforts x USING (team_id, month) WHERE x.item_days <> -1
) dropped ON dropped.id = e.id
LEFT JOIN epics p ON p.id = e.epic_id
WHERE if(e.item_days = -1, e.share, e.item_days) > 0;

CREATE TABLE effort AS
SELECT * FROM told
UNION ALL
SELECT t.month + 1, t.team, t.epic, t.work_type, t.share, 3, t.by_days FROM told t
ANTI JOIN told n ON n.team = t.team AND n.month = t.month + 1
WHERE t.month + 1 < getvariable('months');

CREATE TABLE carried AS SELECT DISTINCT month, team FROM effort WHERE source = 3;

-- Shares of an epic in the months in which a team or a benefit needs them.
CREATE TABLE epic_stream AS
WITH wanted AS (
    SELECT DISTINCT epic, month FROM effort WHERE epic <> -1 UNION SELECT epic, month FROM benefit_epic
), part AS (
    SELECT w.epic, w.month, s.stream_id AS stream,
           sum(s.share * (least(s.ends_on, m.ends) - greatest(s.starts_on, m.starts)))::BIGINT AS part
    FROM wanted w
    JOIN months m USING (month)
    JOIN epic_stream_shares s ON s.epic_id = w.epic AND s.starts_on < m.ends AND s.ends_on > m.starts
    GROUP BY w.epic, w.month, s.stream_id
)
FROM part
UNION ALL
SELECT epic, month, -1, any_value((m.ends - m.starts) * 1000000) - sum(part)::BIGINT
FROM part JOIN months m USING (month) GROUP BY epic, month
HAVING any_value((m.ends - m.starts) * 1000000) > sum(part);

CREATE TABLE leaf AS
WITH source AS (
    SELECT month, team, epic, work_type, share, source FROM effort
    UNION ALL
    SELECT m.month, t.id, -1, 0, 1000000 - coalesce(any_value(e.share), 0), 0
    FROM months m CROSS JOIN teams t
    LEFT JOIN (
        -- Item-days cover a month wholly, whatever their sum.
        SELECT month, team, if(bool_or(by_days), 1000000, sum(share))::BIGINT AS share FROM effort GROUP BY month, team
    ) e ON e.month = m.month AND e.team = t.id
    GROUP BY m.month, t.id HAVING 1000000 - coalesce(any_value(e.share), 0) > 0
), streamed AS (
    SELECT s.*, coalesce(e.stream, t.stream, -1) AS stream,
           coalesce(e.part, t.part, (m.ends - m.starts) * 1000000) AS part
    FROM source s
    JOIN months m USING (month)
    LEFT JOIN epic_stream e ON e.epic = s.epic AND e.month = s.month AND s.epic <> -1
    LEFT JOIN team_stream t ON t.team = s.team AND t.month = s.month AND e.stream IS NULL
), merged AS (
    SELECT month, team, stream, epic, work_type, source, sum(share::HUGEINT * part)::HUGEINT AS weight
    FROM streamed GROUP BY ALL
)
SELECT *, sum(weight) OVER (PARTITION BY month, team)::HUGEINT AS total,
       count(*) OVER (PARTITION BY month, team) AS n,
       row_number() OVER (PARTITION BY month, team
           ORDER BY if(stream = -1, 2147483647, stream), if(epic = -1, 2147483647, epic), work_type, source) AS key
FROM merged WHERE weight > 0;
