"""Who may read which report."""

from accounts.roles import Role


def can_read_reports(user) -> bool:
    """Whether there is anything for this person at /reports/."""
    return user.has_role(Role.PROGRAMME_MANAGER, Role.LEAD_TRAINER, Role.FUNDER, Role.AGENCY_LEAD)


def can_read_agency(user) -> bool:
    """Completion of their own organisation's people. Without an organisation there is nobody to read about."""
    return user.has_role(Role.AGENCY_LEAD) and user.agency_id is not None


def lacks_agency(user) -> bool:
    """A lead whose account names no organisation."""
    return user.has_role(Role.AGENCY_LEAD) and user.agency_id is None and not user.is_superuser
