"""Learners who have earned a course, their awards and certificates."""

from datetime import UTC, date, datetime
from decimal import Decimal

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.roles import Role
from certificates.badges.issuing import credential_for
from certificates.models import (
    ActivityVersion,
    Appeal,
    Award,
    Certificate,
    NameCorrection,
    RevocationRequest,
)
from certificates.services import issue_certificate
from certificates.snapshot import printed
from courses.models import Enrolment
from tests.factories.accounts import UserFactory
from tests.factories.courses import (
    CourseModuleFactory,
    CoursePageFactory,
    EnrolmentFactory,
    ModuleCompletionFactory,
)
from tests.factories.quizzes import QuizFactory, SubmittedAttemptFactory

ISSUED_AT = datetime(2025, 1, 6, 12, 30, tzinfo=UTC)


def course_with_quiz(modules: int = 1, **fields):
    """A live course with so many required modules and a quiz."""
    course = CoursePageFactory(**fields)
    CourseModuleFactory.create_batch(modules, course=course)
    QuizFactory(course=course)
    return course


def earned_enrolment(course=None, **learner) -> Enrolment:
    """Everything that is required is done, and nobody has looked at the award yet."""
    enrolment = EnrolmentFactory(
        course=course or course_with_quiz(), **{f"learner__{name}": value for name, value in learner.items()}
    )
    complete_required(enrolment)
    pass_quiz(enrolment)
    return enrolment


def complete_required(enrolment: Enrolment) -> None:
    for place in enrolment.course.course_modules.select_related("module"):
        ModuleCompletionFactory(enrolment=enrolment, module=place.module)


def pass_quiz(enrolment: Enrolment) -> None:
    SubmittedAttemptFactory(
        enrolment=enrolment, quiz=enrolment.course.quizzes.get(), score=Decimal(90), passed=True
    )


class ActivityVersionFactory(DjangoModelFactory):
    class Meta:
        model = ActivityVersion

    course = factory.SubFactory(CoursePageFactory)
    fingerprint = factory.Sequence(lambda n: f"{n:064x}")
    title = factory.SelfAttribute("course.title")
    version = "2026-11-16.42"
    provider_name = "Thornwell Training Programme"
    provider_number = "Charity 1234567"
    delivery = "E-learning"
    outcomes = ["notice possible signs", "choose a safe next step", "bring in the right people"]
    minutes_total = 210
    minutes_participatory = 30
    assessment_basis = "Quiz passed at 80% or more; all required modules completed"
    signatories = [{"name": "Rowan Adeyemi-Clark", "role": "Programme manager"}]


class AwardFactory(DjangoModelFactory):
    """An award as `award_if_earned` writes it; its enrolment need not have earned it."""

    class Meta:
        model = Award

    enrolment = factory.SubFactory(EnrolmentFactory)
    learner_name = factory.SelfAttribute("enrolment.learner.name")
    activity = factory.SubFactory(ActivityVersionFactory, course=factory.SelfAttribute("..enrolment.course"))
    cpd_minutes = factory.SelfAttribute("activity.minutes_total")
    participatory_minutes = factory.SelfAttribute("activity.minutes_participatory")
    started_on = date(2026, 11, 14)
    completed_on = date(2026, 11, 21)


class CertificateFactory(DjangoModelFactory):
    """A certificate still to be drawn."""

    class Meta:
        model = Certificate

    award = factory.SubFactory(AwardFactory)
    holder_name = factory.SelfAttribute("award.learner_name")


def give_badge(certificate: Certificate, at: datetime = ISSUED_AT) -> Certificate:
    """Sign and keep the badge of a pending certificate."""
    words = printed(certificate, at)
    certificate.credential = credential_for(certificate, words, at)
    certificate.payload = words.as_payload()
    certificate.save()
    return certificate


def certificate_with_badge(**fields) -> Certificate:
    """An issued certificate with its badge, and without the time that drawing a file takes."""
    certificate = give_badge(CertificateFactory(**fields))
    certificate.state, certificate.issued_at = Certificate.State.ISSUED, ISSUED_AT
    certificate.sha256 = "0" * 64
    certificate.save()
    return certificate


def issued_certificate(**fields) -> Certificate:
    """A certificate really drawn and stored."""
    return issue_certificate(CertificateFactory(**fields).award)


# --- After issue --------------------------------------------------------------------------------


def manager():
    return UserFactory(role=Role.PROGRAMME_MANAGER)


def stored_certificate(**fields) -> Certificate:
    """An issued certificate without the cost of drawing one."""
    issued = {
        "state": Certificate.State.ISSUED,
        "sha256": "0" * 64,
        "size_bytes": 1,
        "issued_at": timezone.now(),
    }
    return CertificateFactory(**{**issued, **fields})


class IssuedAwardFactory(AwardFactory):
    """An award with an issued certificate, undrawn."""

    class Meta:
        model = Award
        skip_postgeneration_save = True

    @factory.post_generation
    def certificate_of_it(self, create, extracted, **kwargs):
        stored_certificate(award=self)


class NameCorrectionFactory(DjangoModelFactory):
    class Meta:
        model = NameCorrection

    award = factory.SubFactory(IssuedAwardFactory)
    asked_by = factory.SelfAttribute("award.enrolment.learner")
    old_name = factory.SelfAttribute("award.learner_name")
    new_name = "Hannah Varga"


class RevocationRequestFactory(DjangoModelFactory):
    """One that waits for a second manager."""

    class Meta:
        model = RevocationRequest

    class Params:
        confirmed = factory.Trait(
            decided_by=factory.LazyFunction(manager),
            decided_at=factory.LazyFunction(timezone.now),
            is_granted=True,
        )

    award = factory.SubFactory(IssuedAwardFactory)
    asked_by = factory.LazyFunction(manager)
    reason = RevocationRequest.Reason.IN_ERROR


class AppealFactory(DjangoModelFactory):
    class Meta:
        model = Appeal

    award = factory.SelfAttribute("revocation.award")
    revocation = factory.SubFactory(RevocationRequestFactory, confirmed=True)
    asked_by = factory.SelfAttribute("award.enrolment.learner")
    text = "I was there on both days."
