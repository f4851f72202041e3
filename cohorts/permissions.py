"""Who may do what in the trainers' area. The same rules as the querysets `visible_to` and `editable_by`."""

from accounts.roles import Role


def can_enter_trainer_area(user) -> bool:
    return user.has_role(Role.TRAINER, Role.LEAD_TRAINER, Role.PROGRAMME_MANAGER)


def can_create_cohort(user) -> bool:
    return user.has_role(Role.TRAINER, Role.LEAD_TRAINER)


def can_edit_cohort(user, cohort) -> bool:
    """Trainers change their own groups, lead trainers all; programme managers only read."""
    return user.has_role(Role.LEAD_TRAINER) or (user.has_role(Role.TRAINER) and user in cohort.trainers.all())


def can_view_cohort(user, cohort) -> bool:
    return user.has_role(Role.PROGRAMME_MANAGER) or can_edit_cohort(user, cohort)
