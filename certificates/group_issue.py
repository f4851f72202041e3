"""Certificates of a whole group: who has one, who has earned one, what the others lack."""

from dataclasses import dataclass

from django.urls import reverse

from bookings.buttons import Button
from certificates.criteria import lacks_in_words, unmet_by_enrolment
from certificates.manager_queries import Status, status_of
from certificates.models import Award
from cohorts.models import Cohort
from cohorts.permissions import can_view_cohort
from cohorts.queries import following_new_starts


@dataclass(frozen=True)
class Person:
    """A member of the group. award: None until earned; lacks: what is still to be done, in words."""

    name: str
    enrolment_id: int
    award: Award | None
    lacks: str
    has_left: bool

    @property
    def is_ready(self) -> bool:
        """Earned, and the certificate is not in their hands yet."""
        return not self.has_left and ((self.award is None and not self.lacks) or self._undelivered)

    @property
    def _undelivered(self) -> bool:
        if self.award is None or self.award.revoked_at:
            return False
        certificate = self.award.certificate
        return not certificate.erased_at and not (certificate.is_issued and certificate.emailed_at)

    @property
    def status(self) -> Status:
        if self.award:
            return status_of(self.award)
        if self.has_left:
            return Status("Left the course", "quiet")
        return Status("Not yet", "quiet") if self.lacks else Status("Earned", "strong")

    @property
    def problem(self) -> str:
        return self.award.certificate.problem if self.award else ""


def people_of(cohort: Cohort) -> list[Person]:
    """Return the members by name; nine queries at most, however many."""
    members = following_new_starts(cohort.members.active().select_related("learner", "enrolment"))
    enrolments = [member.enrolment for member in members]
    awards = Award.objects.filter(enrolment__in=enrolments).with_certificates()
    award_of = {award.enrolment_id: award for award in awards}
    unmet = unmet_by_enrolment(cohort.course, enrolments)
    people = [
        Person(
            name=str(member.learner),
            enrolment_id=member.enrolment.pk,
            award=award_of.get(member.enrolment.pk),
            lacks=lacks_in_words(unmet[member.enrolment.pk]),
            has_left=member.enrolment.withdrawn_at is not None,
        )
        for member in members
    ]
    return sorted(people, key=lambda person: person.name.casefold())


def certificates_panel(cohort: Cohort, user) -> dict:
    """The line on a group's page that leads there; no query."""
    return {}


def certificate_buttons(session, user) -> list[Button]:
    """The way there from a session's page."""
    if session.cancelled_at or not can_view_cohort(user, session.cohort):
        return []
    href = reverse("certificates:group", args=[session.cohort_id])
    return [Button("Certificates", href, is_secondary=True)]
