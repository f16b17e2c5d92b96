"""Public holidays of a place."""

from roi_project.kernel.period import day_number
from teams.selectors.holidays import calendar_version, holidays_between
from tests.teams.facts import day

JULY = (day("2026-07-01"), day("2026-08-01"))


def test_the_fourth_of_july_on_a_saturday_is_observed_on_friday():
    answer = holidays_between("US", "", *JULY)

    assert day("2026-07-03") in answer.days
    assert [each for each in answer.days if each.weekday() < 5] == [day("2026-07-03")]
    assert answer.warning == ""
    assert day_number(day("2026-07-03")) in answer.numbers.tolist()


def test_england_has_no_holiday_in_july():
    assert holidays_between("GB", "ENG", *JULY).days == ()
    assert day("2026-08-31") in holidays_between("GB", "ENG", day("2026-08-01"), day("2026-09-01")).days


def test_a_subdivision_has_holidays_of_its_own():
    epiphany = (day("2026-01-06"), day("2026-01-07"))

    assert holidays_between("DE", "BY", *epiphany).days == (day("2026-01-06"),)
    assert holidays_between("DE", "", *epiphany).days == ()


def test_new_year_observed_in_the_old_year_is_found_there():
    answer = holidays_between("US", "", day("2021-12-31"), day("2022-01-01"))

    assert answer.days == (day("2021-12-31"),)


def test_an_unknown_country_has_none_and_says_so():
    answer = holidays_between("XX", "", *JULY)

    assert answer.days == ()
    assert answer.warning == "The holidays of country XX are not known; none are counted."
    assert answer.numbers.tolist() == []


def test_an_unknown_subdivision_has_those_of_its_country_and_says_so():
    answer = holidays_between("US", "QQ", *JULY)

    assert day("2026-07-03") in answer.days
    assert answer.warning == "The holidays of QQ in US are not known; those of US are used."


def test_no_country_has_no_holidays_and_nothing_to_warn_of():
    assert holidays_between("", "", *JULY) == type(holidays_between("", "", *JULY))(())


def test_the_version_of_the_tables_can_be_told():
    assert calendar_version()[0].isdigit()
