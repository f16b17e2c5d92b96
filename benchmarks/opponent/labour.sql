-- What people cost per month at standard and at actual rates, and what their teams have of them.

CREATE MACRO half_away(number, divisor) AS
    if(number < 0, -((2 * -number + divisor) // (2 * divisor)), (2 * number + divisor) // (2 * divisor));

CREATE MACRO of_month(unit, amount, twelfth) AS
    if(unit = 3, half_away(amount * twelfth, 12) - half_away(amount * (twelfth - 1), 12), amount);

-- Every stretch of a person, month and currency has one denominator in the generated organisation.
CREATE MACRO one(lowest, highest) AS if(lowest = highest, lowest, error('stretches of a month have different parts'));

CREATE TABLE person_cost AS
WITH rate AS (
    SELECT s.person, s.month, s.card_currency AS currency, s.has_pay,
           if(card_unit = 1, card_amount * minutes,
              of_month(card_unit, card_amount, m.fiscal) * minutes * week)::HUGEINT AS part,
           if(card_unit = 1, 60, month_minutes * getvariable('full_week'))::HUGEINT AS whole, TRUE AS standard
    FROM stretch s JOIN months m USING (month) WHERE paid AND card IS NOT NULL
    UNION ALL
    SELECT s.person, s.month, s.pay_currency, TRUE,
           if(pay_unit = 1, pay_amount * minutes, of_month(pay_unit, pay_amount, m.fiscal) * minutes)::HUGEINT,
           if(pay_unit = 1, 60, month_minutes)::HUGEINT, FALSE
    FROM stretch s JOIN months m USING (month) WHERE paid AND has_pay
), posted AS (
    SELECT r.person, r.month, r.standard, f.rate, f.divisor,
           half_away(sum(part), one(min(whole), max(whole))) AS amount,
           half_away(coalesce(sum(part) FILTER (WHERE has_pay), 0), one(min(whole), max(whole))) AS compared
    FROM rate r JOIN fx f ON f.currency = r.currency AND f.month = r.month
    GROUP BY r.person, r.month, r.standard, r.currency, f.rate, f.divisor
)
SELECT person, month,
       coalesce(sum(half_away(amount * rate, divisor)) FILTER (WHERE standard), 0)::BIGINT AS amount,
       (coalesce(sum(half_away(amount * rate, divisor)) FILTER (WHERE NOT standard), 0)
           - coalesce(sum(half_away(compared * rate, divisor)) FILTER (WHERE standard), 0))::BIGINT AS variance
FROM posted GROUP BY person, month;

CREATE TABLE person_month AS
SELECT s.person, s.month, coalesce(any_value(c.amount), 0) AS amount, coalesce(any_value(c.variance), 0) AS variance,
       coalesce(sum(minutes) FILTER (WHERE paid), 0)::BIGINT AS minutes,
       coalesce(sum(minutes) FILTER (WHERE paid AND card IS NOT NULL), 0)::BIGINT AS priced_minutes,
       arg_max(role, starts) AS role
FROM stretch s LEFT JOIN person_cost c USING (person, month)
GROUP BY s.person, s.month;

CREATE TABLE held AS
SELECT s.stretch, a.team_id AS team, a.share
FROM stretch s
JOIN assignments a ON a.person_id = s.person AND a.starts_on <= s.starts AND a.ends_on > s.starts;

CREATE TABLE asked AS
SELECT s.stretch, s.person, s.month, coalesce(sum(h.share), 0)::BIGINT AS asked
FROM stretch s LEFT JOIN held h USING (stretch)
GROUP BY s.stretch, s.person, s.month;

CREATE TABLE over_allocated AS
SELECT s.person, s.month, s.starts, s.ends, a.asked, s.workdays
FROM asked a JOIN stretch s USING (stretch) WHERE a.asked > 1000000 AND s.workdays > 0;

CREATE TABLE person_part AS
WITH crowded AS (
    SELECT person, month,
           list_reduce(list(DISTINCT greatest(asked, 1000000)::HUGEINT), lambda a, b: lcm(a, b)) AS common
    FROM asked GROUP BY person, month HAVING max(asked) > 1000000
), shared AS (
    SELECT h.stretch, h.team, h.share, a.asked FROM held h JOIN asked a USING (stretch)
    UNION ALL
    SELECT stretch, -1, 1000000 - asked, asked FROM asked WHERE asked < 1000000
), weighed AS (
    SELECT s.person, s.month, h.team,
           h.share::HUGEINT * (coalesce(c.common, 1000000) // greatest(h.asked, 1000000)) AS share,
           coalesce(c.common, 1000000) AS common, s.paid, s.minutes, s.workdays, s.week, s.month_workdays
    FROM shared h JOIN stretch s USING (stretch) LEFT JOIN crowded c ON c.person = s.person AND c.month = s.month
), part AS (
    SELECT w.person * 1000 + w.month AS g, w.person, w.month, w.team, if(w.team = -1, 2147483647, w.team) AS key,
           sum(if(w.paid, w.minutes, 0) * w.share)::HUGEINT AS weight,
           half_away(sum(if(w.paid, w.workdays, 0) * w.week * w.share)::HUGEINT * 1000000000,
                     getvariable('full_week') * greatest(any_value(w.month_workdays), 1) * any_value(w.common))::BIGINT
               AS fte_nano,
           any_value(p.role) AS role, any_value(p.amount) AS amount, any_value(p.variance) AS variance,
           any_value(p.amount) AS whole, any_value(p.variance) AS variance_whole,
           any_value(p.minutes) AS minutes, any_value(p.priced_minutes) AS priced_minutes
    FROM weighed w JOIN person_month p ON p.person = w.person AND p.month = w.month
    GROUP BY w.person, w.month, w.team
)
SELECT *, greatest(sum(weight) OVER (PARTITION BY g), 1)::HUGEINT AS total, count(*) OVER (PARTITION BY g) AS n
FROM part;

CREATE TABLE card_use AS
SELECT month, card, count(DISTINCT person) AS people FROM stretch WHERE paid AND card IS NOT NULL
GROUP BY month, card HAVING count(DISTINCT person) < 5;
