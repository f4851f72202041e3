"""One learner with something of everything, and everybody who might want to look at it."""

from dataclasses import dataclass
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from attendance.codes import code_at
from attendance.tables import TableWishes
from attendance.tables import make as make_tables
from bookings.models import Booking, CalendarFeed
from certificates.sealing import current_seal_key
from certificates.services import award_if_earned, issue_certificate
from certificates.sharing import make_link
from cohorts.models import Cohort
from evaluation.models import Stage
from jobs.services import register_kind, start
from library.models import Indicator
from quizzes.services import start_attempt
from tests.factories.accounts import UserFactory
from tests.factories.attendance import CheckInFactory, RunningSessionFactory, WalkInFactory
from tests.factories.bookings import BookingFactory, TrainingSessionFactory
from tests.factories.cascade import DeliveryFactory, LicenceFactory, LicenceRuleFactory
from tests.factories.certificates import (
    AppealFactory,
    NameCorrectionFactory,
    RevocationRequestFactory,
    pass_quiz,
)
from tests.factories.cohorts import (
    CohortFactory,
    CohortMemberFactory,
    InvitationFactory,
    PeopleFileFactory,
    ProgrammeFactory,
)
from tests.factories.cpd import ReflectionFactory, learning_with_file
from tests.factories.evaluation import FollowUpFactory, PastSessionFactory, came_to, rate_all
from tests.factories.library import IndicatorFactory
from tests.factories.quizzes import QuizFactory, complete_modules, fill_bank, make_course

ROLES = (
    "anonymous", "owner", "other", "agency", "trainer", "trainer2", "lead", "editor", "moderator", "manager", "funder",
    "admin",
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
        "funder": UserFactory(role=Role.FUNDER),
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
    award = award_if_earned(member.enrolment)
    certificate = issue_certificate(award)
    share_link = make_link(award, days=7, label="", by=people["owner"])
    asked = {"award": certificate.award, "asked_by": people["owner"]}
    to_revoke = RevocationRequestFactory(award__enrolment__course=course, batch=uuid4())
    invitation = InvitationFactory(cohort=cohort)
    past_session = PastSessionFactory(cohort=cohort)
    came_to(past_session, people["owner"])
    rate_all([member.enrolment], Stage.BEFORE, [2])
    follow_up = FollowUpFactory(enrolment=member.enrolment)
    session = TrainingSessionFactory(cohort=cohort, who_may_book="anyone")
    booking = BookingFactory(session=session, learner=people["owner"])
    make_tables(session, TableWishes(), seed=1, by=people["trainer"], version=0)
    door = CheckInFactory(session=RunningSessionFactory(cohort=cohort, who_may_book="anyone"))
    walk_in = WalkInFactory(session=door.session)
    of_a_colleague = BookingFactory(
        session=session,
        learner=UserFactory(agency=people["agency"].agency),
        booked_by=people["agency"],
        source=Booking.Source.AGENCY,
    )
    licence = LicenceFactory(holder=people["trainer"], course=course)
    learning = learning_with_file(owner=people["owner"])
    reflection = ReflectionFactory(owner=people["owner"], award=certificate.award)
    indicator: Indicator = IndicatorFactory()
    register_kind("nothing", lambda payload, job: "")
    job = start("nothing", by=people["owner"], title="Nothing", payloads=[1], back_url="/my/")
    arguments = {
        "course": course.slug,
        "module": course.course_modules.first().module.slug,
        "quiz": quiz.slug,
        "quiz_id": quiz.pk,
        "attempt": attempt.pk,
        "submitted": member.enrolment.attempts.exclude(submitted_at=None).get().pk,
        "position": 1,
        "cohort_id": cohort.pk,
        "programme_id": ProgrammeFactory(leads=[people["lead"]], funders=[people["funder"]]).pk,
        "member_id": member.pk,
        "person_id": licence.holder_id,
        "licence_id": licence.pk,
        "delivery_id": DeliveryFactory(trainer=people["trainer"], course=course).pk,
        "rule_id": LicenceRuleFactory(course=course, trainer_course=course).pk,
        "invitation_id": invitation.pk,
        "session_id": session.pk,
        "person": f"l{people['owner'].pk}",
        "running_session": door.session_id,
        "door_code": code_at(door.secret, timezone.now()),
        "walk_in": f"w{walk_in.pk}",
        "walk_in_token": walk_in.token,
        "booking_id": booking.pk,
        "colleague_booking": of_a_colleague.pk,
        "feed_token": CalendarFeed.objects.create(user=people["owner"]).token,
        "file_id": PeopleFileFactory(cohort=cohort).pk,
        "invitation_token": invitation.token,
        "kind": "svg",
        "number": certificate.number,
        "generation": 1,
        "fingerprint": certificate.award.activity.fingerprint,
        "kid": current_seal_key().kid,
        "learning_id": learning.pk,
        "award_id": certificate.award_id,
        "reflection_id": reflection.pk,
        "regulator": "nmc",
        "pack_kind": "txt",
        "join_token": cohort.join_token,
        "certificate_token": certificate.token,
        "share_link_id": share_link.pk,
        "share_token": share_link.token,
        "name_request": NameCorrectionFactory(**asked).pk,
        "revocation_request": to_revoke.pk,
        "batch": to_revoke.batch,
        "appeal_request": AppealFactory().pk,
        "code": indicator.code,
        "past_session": past_session.pk,
        "follow_up": follow_up.token,
        "job_id": job.pk,
        "job_action": "pause",
    }
    return Scene(people, arguments)
