"""Who may do what with licences and the tree."""

from accounts.roles import Role
from cascade.models import Licence


def can_enter(user) -> bool:
    """My licence and reach: people who train, with a licence or by their role."""
    return user.has_role(Role.TRAINER, Role.LEAD_TRAINER) or Licence.objects.filter(holder=user).exists()


def can_see_tree(user) -> bool:
    """The whole tree with its names: lead trainers, and programme managers, who only read."""
    return user.has_role(Role.LEAD_TRAINER, Role.PROGRAMME_MANAGER)


def can_license(user) -> bool:
    """Observe, grant, renew and revoke."""
    return user.has_role(Role.LEAD_TRAINER)


def can_read_pack(user, course) -> bool:
    """The trainer pack: trainers and lead trainers, and whoever holds a valid licence for the course."""
    if user.has_role(Role.TRAINER, Role.LEAD_TRAINER):
        return True
    return Licence.objects.valid().filter(holder=user, course=course).exists()
