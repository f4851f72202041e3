"""One learner with something of everything, and everybody who might want to look at it."""

from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Role
from certificates.services import award_if_earned, issue_certificate
from cohorts.models import Cohort
from library.models import Indicator
from quizzes.services import start_attempt
from tests.factories.accounts import UserFactory
from tests.factories.certificates import pass_quiz
from tests.factories.cohorts import CohortFactory, CohortMemberFactory, InvitationFactory
from tests.factories.library import IndicatorFactory
from tests.factories.quizzes import QuizFactory, complete_modules, fill_bank, make_course

ROLES = (
    "anonymous", "owner", "other", "agency", "trainer", "trainer2", "lead", "editor", "moderator", "manager", "admin",
)  # fmt: skip


@dataclass
class Scene:
    people: dict[str, User | None]
    arguments: dict[str, object]  # of the addresses, by name


def build_scene() -> Scene:
    people = {
        "anonymous": None,
        "owner": UserFactory(),
        "other": UserFactory(),
        "agency": UserFactory(role=Role.AGENCY_LEAD),
        "trainer": UserFactory(role=Role.TRAINER),
        "trainer2": UserFactory(role=Role.TRAINER),
        "lead": UserFactory(role=Role.LEAD_TRAINER),
        "editor": UserFactory(role=Role.EDITOR),
        "moderator": UserFactory(role=Role.MODERATOR),
        "manager": UserFactory(role=Role.PROGRAMME_MANAGER),
        "admin": UserFactory(is_superuser=True, is_staff=True),
    }
    course = make_course()
    quiz = QuizFactory(course=course, attempts_allowed=50)
    fill_bank(course)
    cohort: Cohort = CohortFactory(course=course, created_by=people["trainer"])
    member = CohortMemberFactory(cohort=cohort, learner=people["owner"])
    complete_modules(member.enrolment)
    attempt = start_attempt(member.enrolment)
    pass_quiz(member.enrolment)
    certificate = issue_certificate(award_if_earned(member.enrolment))
    invitation = InvitationFactory(cohort=cohort)
    indicator: Indicator = IndicatorFactory()
    arguments = {
        "course": course.slug,
        "module": course.course_modules.first().module.slug,
        "quiz": quiz.slug,
        "quiz_id": quiz.pk,
        "attempt": attempt.pk,
        "submitted": member.enrolment.attempts.exclude(submitted_at=None).get().pk,
        "position": 1,
        "cohort_id": cohort.pk,
        "member_id": member.pk,
        "invitation_id": invitation.pk,
        "invitation_token": invitation.token,
        "kind": "svg",
        "number": certificate.number,
        "join_token": cohort.join_token,
        "certificate_token": certificate.token,
        "code": indicator.code,
    }
    return Scene(people, arguments)
