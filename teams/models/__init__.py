"""Who works where, and how much of them. No work and no money on this floor."""

from teams.models.assignment import Assignment
from teams.models.calendar import Absence, AbsenceReason, Closure
from teams.models.organisation import FiscalMonth, OfficialRates, OrganisationSettings
from teams.models.person import WEEKDAYS, Person, PersonTerms
from teams.models.role import RoleFamily
from teams.models.team import Team, TeamName, TeamStreamShare, Topology
from teams.models.value_stream import ValueStream

__all__ = [
    "WEEKDAYS",
    "Absence",
    "AbsenceReason",
    "Assignment",
    "Closure",
    "FiscalMonth",
    "OfficialRates",
    "OrganisationSettings",
    "Person",
    "PersonTerms",
    "RoleFamily",
    "Team",
    "TeamName",
    "TeamStreamShare",
    "Topology",
    "ValueStream",
]
