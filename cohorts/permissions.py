"""Who may do what in the trainers' area. The same rules as the querysets `visible_to` and `editable_by`."""

from accounts.roles import Role


def can_enter_trainer_area(user) -> bool:
    return user.has_role(Role.TRAINER, Role.LEAD_TRAINER, Role.PROGRAMME_MANAGER)


def can_create_cohort(user) -> bool:
    return user.has_role(Role.TRAINER, Role.LEAD_TRAINER)


def can_edit_cohort(user, cohort) -> bool:
    """As cohorts.models.in_charge, without a query for trainers whose groups are loaded."""
    if user.is_superuser and user.is_active:
        return True
    if not user.has_role(Role.TRAINER, Role.LEAD_TRAINER):
        return False
    return user in cohort.trainers.all() or (user.has_role(Role.LEAD_TRAINER) and _leads(user, cohort))


def _leads(user, cohort) -> bool:
    return cohort.programme_id is None or user.programmes_led.filter(pk=cohort.programme_id).exists()


def can_view_cohort(user, cohort) -> bool:
    return user.has_role(Role.PROGRAMME_MANAGER) or can_edit_cohort(user, cohort)


def can_enter_programmes(user) -> bool:
    """Programme pages are for those who plan: programme managers and lead trainers."""
    return user.has_role(Role.PROGRAMME_MANAGER, Role.LEAD_TRAINER)
