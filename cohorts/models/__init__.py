"""Groups of people who take a course together. Rows are closed by date, never deleted, while their people are known."""

from cohorts.models.groups import LINK_DAYS, Cohort, Delivery, in_charge, link_end, new_token
from cohorts.models.messages import Message, Recipient
from cohorts.models.people import (
    CohortMember,
    Invitation,
    PeopleFile,
    Source,
    invitation_end,
)
from cohorts.models.programmes import Programme, ProgrammeTarget

__all__ = [
    "LINK_DAYS",
    "Cohort",
    "CohortMember",
    "Delivery",
    "Invitation",
    "Message",
    "PeopleFile",
    "Programme",
    "ProgrammeTarget",
    "Recipient",
    "Source",
    "in_charge",
    "invitation_end",
    "link_end",
    "new_token",
]
