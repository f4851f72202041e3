"""The roles of the platform. Each is a Django group of the same name; learner is everybody."""

from enum import StrEnum


class Role(StrEnum):
    """Value is the group's name, made by the first migration."""

    TRAINER = "Trainers"  # own cohorts only
    LEAD_TRAINER = "Lead trainers"  # all cohorts
    AGENCY_LEAD = "Agency leads"  # completion of their own organisation's people only
    EDITOR = "Editors"  # Wagtail: writes and submits for moderation
    MODERATOR = "Moderators"  # Wagtail: publishes
    PROGRAMME_MANAGER = "Programme managers"  # reports, certificates, revocation
    FUNDER = "Funders"  # reads the reports of the programmes they pay for: numbers, nobody by name


#: Who must use a second factor (superusers too).
SECOND_FACTOR_ROLES = frozenset(Role) - {Role.AGENCY_LEAD}
