-- People's time cut into stretches in which nothing about them changes, with the rates in force on each.

CREATE TABLE day_month AS
SELECT unnest(range(starts, ends)) AS day, month FROM months;

CREATE TABLE piece AS
WITH every AS (
    SELECT id AS person, -1073741824 AS starts, role_id AS role, level, country, subdivision,
           minutes_mon AS mon, minutes_tue AS tue, minutes_wed AS wed, minutes_thu AS thu, minutes_fri AS fri,
           minutes_sat AS sat, minutes_sun AS sun, 1 AS rank
    FROM people
    UNION ALL
    SELECT t.person_id, t.starts_on, if(t.role_id = -1, p.role_id, t.role_id), if(t.level = -1, p.level, t.level),
           if(t.country = -1, p.country, t.country), if(t.subdivision = -1, p.subdivision, t.subdivision),
           if(t.minutes_mon = -1, p.minutes_mon, t.minutes_mon), if(t.minutes_tue = -1, p.minutes_tue, t.minutes_tue),
           if(t.minutes_wed = -1, p.minutes_wed, t.minutes_wed), if(t.minutes_thu = -1, p.minutes_thu, t.minutes_thu),
           if(t.minutes_fri = -1, p.minutes_fri, t.minutes_fri), if(t.minutes_sat = -1, p.minutes_sat, t.minutes_sat),
           if(t.minutes_sun = -1, p.minutes_sun, t.minutes_sun), 2
    FROM person_terms t JOIN people p ON p.id = t.person_id
    UNION ALL
    SELECT t.person_id, t.ends_on, p.role_id, p.level, p.country, p.subdivision, p.minutes_mon, p.minutes_tue,
           p.minutes_wed, p.minutes_thu, p.minutes_fri, p.minutes_sat, p.minutes_sun, 0
    FROM person_terms t JOIN people p ON p.id = t.person_id WHERE t.ends_on < 2147483647
)
SELECT * EXCLUDE (rank) FROM every
QUALIFY row_number() OVER (PARTITION BY person, starts ORDER BY rank DESC) = 1;

CREATE TABLE schedule AS
SELECT row_number() OVER () - 1 AS schedule, *
FROM (SELECT DISTINCT country, subdivision, mon, tue, wed, thu, fri, sat, sun FROM piece);

CREATE TABLE rate_key AS
SELECT row_number() OVER () - 1 AS rate_key, * FROM (SELECT DISTINCT role, level, country FROM piece);

CREATE TABLE card_timeline AS
WITH fits AS (
    SELECT k.rate_key, c.*, 2 * (c.country <> '')::INT + (c.level <> '')::INT AS exactness
    FROM rate_key k
    JOIN levels l ON l.number = k.level
    JOIN countries o ON o.number = k.country
    JOIN rate_cards c ON c.role_id = k.role AND c.level IN ('', l.word) AND c.country IN ('', o.word)
), edge AS (
    SELECT rate_key, day, lead(day) OVER (PARTITION BY rate_key ORDER BY day) AS next
    FROM (SELECT DISTINCT rate_key, unnest([starts_on, ends_on]) AS day FROM fits)
)
SELECT e.rate_key, e.day AS starts, e.next AS ends, f.id, f.unit, f.amount, f.currency
FROM edge e JOIN fits f ON f.rate_key = e.rate_key AND f.starts_on <= e.day AND f.ends_on >= e.next
QUALIFY row_number() OVER (PARTITION BY e.rate_key, e.day ORDER BY f.exactness DESC, f.id DESC) = 1;
