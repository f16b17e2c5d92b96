-- Needs calendar (schedule, day, minutes, workdays before that day), weekly (schedule, week) from the house's calendar.

CREATE TABLE schedule_month AS
SELECT a.schedule, m.month, b.minutes - a.minutes AS minutes, b.workdays - a.workdays AS workdays
FROM months m
JOIN calendar a ON a.day = m.starts
JOIN calendar b ON b.day = m.ends AND b.schedule = a.schedule;

CREATE TABLE stretch AS
WITH cut AS (
    SELECT DISTINCT person, day FROM (
        SELECT id AS person, starts AS day FROM people, months
        UNION ALL SELECT id, unnest([employed_from, employed_until]) FROM people
        UNION ALL SELECT person, starts FROM piece
        UNION ALL SELECT person_id, unnest([starts_on, ends_on]) FROM assignments
        UNION ALL SELECT person_id, unnest([starts_on, ends_on]) FROM unpaid
        UNION ALL SELECT person_id, unnest([starts_on, ends_on]) FROM person_rates
    ) WHERE day >= getvariable('first_day') AND day < getvariable('last_day')
), bounded AS (
    SELECT person, day AS starts, lead(day, 1, getvariable('last_day')) OVER (PARTITION BY person ORDER BY day) AS ends
    FROM cut
), employed AS (
    SELECT b.*, d.month FROM bounded b
    JOIN people p ON p.id = b.person AND b.starts >= p.employed_from AND b.starts < p.employed_until
    JOIN day_month d ON d.day = b.starts
), keyed AS (
    SELECT e.*, p.role, s.schedule, k.rate_key
    FROM employed e
    ASOF JOIN piece p ON p.person = e.person AND p.starts <= e.starts
    JOIN schedule s ON s.country = p.country AND s.subdivision = p.subdivision AND s.mon = p.mon AND s.tue = p.tue
        AND s.wed = p.wed AND s.thu = p.thu AND s.fri = p.fri AND s.sat = p.sat AND s.sun = p.sun
    JOIN rate_key k ON k.role = p.role AND k.level = p.level AND k.country = p.country
), rated AS (
    SELECT e.*, c.id AS card, c.unit AS card_unit, c.amount AS card_amount, c.currency AS card_currency,
           c.ends AS card_ends,
           r.unit AS pay_unit, r.amount AS pay_amount, r.currency AS pay_currency, r.ends_on AS pay_ends
    FROM keyed e
    ASOF LEFT JOIN card_timeline c ON c.rate_key = e.rate_key AND c.starts <= e.starts
    ASOF LEFT JOIN person_rates r ON r.person_id = e.person AND r.starts_on <= e.starts
)
SELECT row_number() OVER () AS stretch, e.person, e.month, e.starts, e.ends, e.role, e.schedule, w.week,
       b.minutes - a.minutes AS minutes, b.workdays - a.workdays AS workdays,
       m.minutes AS month_minutes, m.workdays AS month_workdays,
       NOT EXISTS (FROM unpaid u WHERE u.person_id = e.person AND u.starts_on <= e.starts AND u.ends_on > e.starts)
           AS paid,
       if(e.card_ends > e.starts, e.card, NULL) AS card, e.card_unit, e.card_amount, e.card_currency,
       coalesce(e.pay_ends > e.starts, FALSE) AS has_pay, e.pay_unit, e.pay_amount, e.pay_currency
FROM rated e
JOIN calendar a ON a.schedule = e.schedule AND a.day = e.starts
JOIN calendar b ON b.schedule = e.schedule AND b.day = e.ends
JOIN schedule_month m ON m.schedule = e.schedule AND m.month = e.month
JOIN weekly w ON w.schedule = e.schedule;
