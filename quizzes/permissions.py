"""Who may do what with the question bank, with marks and with learners' attempts."""

from wagtail.permissions import policy_registry

from accounts.roles import Role
from quizzes.models import Item


def may_see_the_bank(user) -> bool:
    return policy_registry.get_by_type(Item).user_has_any_permission(user, {"add", "change", "view"})


def may_write_questions(user) -> bool:
    return policy_registry.get_by_type(Item).user_has_permission(user, "change")


def may_publish_questions(user) -> bool:
    """Make ready and retire; others submit to those who may."""
    return policy_registry.get_by_type(Item).user_has_permission(user, "publish")


def may_see_corrections(user) -> bool:
    """See what a correction of marks would do, in numbers."""
    return may_see_the_bank(user) or user.has_role(Role.PROGRAMME_MANAGER)


def may_see_analysis(user) -> bool:
    """See how questions behave, in numbers: the editors' side and programme managers."""
    return may_see_the_bank(user) or user.has_role(Role.PROGRAMME_MANAGER)


def may_correct_marks(user) -> bool:
    """Carry a correction out: those who publish questions, and programme managers."""
    return may_publish_questions(user) or user.has_role(Role.PROGRAMME_MANAGER)


def may_see_learners(user) -> bool:
    """Meet learners by name in the CMS, with their attempts and scores; editors and moderators never do."""
    return user.has_role(Role.PROGRAMME_MANAGER)
