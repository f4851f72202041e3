"""Reads about groups. Each takes the same number of queries however many people there are."""

from collections import Counter
from collections.abc import Collection, Iterable

from django.contrib.auth import get_user_model
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.roles import Role
from cohorts import columns
from cohorts.models import Cohort, CohortMember, Invitation
from cohorts.roster import IN_PROGRESS, NONE_GIVEN, NOT_PASSED, NOT_STARTED, PASSED, Row
from courses.models import Enrolment
from courses.queries import completed_places, places_of
from quizzes.queries import quiz_states


def visible_cohorts(user):
    """The groups on the trainer's front page, newest first, with course, trainers and number of people."""
    return (
        Cohort.objects.visible_to(user)
        .with_member_count()
        .select_related("course")
        .prefetch_related("trainers")
        .order_by("-created_at", "-pk")
    )


def certified_counts(cohorts: Collection[Cohort]) -> dict[int, int]:
    """Return cohort id -> members who hold the certificate."""
    members = following_new_starts(
        CohortMember.objects.active().filter(cohort__in=cohorts).select_related("enrolment")
    )
    certified = columns.certified([m.enrolment for m in members])
    return Counter(m.cohort_id for m in members if m.enrolment_id in certified)


#: What a row of the table needs; people and organisations have many columns more.
IN_THE_TABLE = [
    *(
        "cohort",
        "joined_at",
        "learner__name",
        "learner__email",
        "learner__agency__name",
        "learner__sector__name",
    ),
    *("enrolment__learner", "enrolment__course", "enrolment__enrolled_at", "enrolment__withdrawn_at"),
    "enrolment__counts_from",
]


def roster(cohort: Cohort) -> list[Row]:
    """Return the group's table, one row a member, in the order they joined."""
    members = following_new_starts(
        cohort.members.active()
        .select_related("learner__agency", "learner__sector", "enrolment")
        .only(*IN_THE_TABLE)
    )
    enrolments = [m.enrolment for m in members]
    for enrolment in enrolments:
        enrolment.course = cohort.course  # no column needs to ask for it
    places = places_of([cohort.course_id])
    total = len(places[cohort.course_id])
    completed = completed_places(enrolments, places)
    states = quiz_states(enrolments)
    extra = [(column.name, column.values(enrolments)) for column in columns.columns()]
    return [
        Row(
            member_id=m.pk,
            name=str(m.learner),
            organisation=m.learner.agency.name if m.learner.agency else NONE_GIVEN,
            sector=m.learner.sector.name if m.learner.sector else NONE_GIVEN,
            modules_completed=len(completed[m.enrolment_id]),
            modules_total=total,
            quiz=_quiz_words(states.get(m.enrolment_id)),
            joined_on=timezone.localtime(m.joined_at).date(),
            has_left_course=m.enrolment.withdrawn_at is not None,
            extra={name: values.get(m.enrolment_id) for name, values in extra},
        )
        for m in members
    ]


def _quiz_words(state) -> str:
    if state is None:
        return NOT_STARTED
    if state.passed:
        return PASSED
    if state.is_open:
        return IN_PROGRESS
    return NOT_PASSED if state.attempts else NOT_STARTED


def following_new_starts(members: Iterable[CohortMember]) -> list[CohortMember]:
    """Give those who left the course and started it again their new enrolment; nothing is saved."""
    members = list(members)
    gone = [m for m in members if m.enrolment.withdrawn_at]
    if gone:
        new_starts = Enrolment.objects.active().filter(
            learner__in={m.learner_id for m in gone}, course__in={m.enrolment.course_id for m in gone}
        )
        found = {(e.learner_id, e.course_id): e for e in new_starts}
        for m in gone:
            m.enrolment = found.get((m.learner_id, m.enrolment.course_id), m.enrolment)
    return members


def following_new_start(member: CohortMember) -> CohortMember:
    """Return `member` with their new enrolment if they left the course and started it again."""
    return following_new_starts([member])[0]


def unanswered_invitations(cohort: Cohort):
    """Invitations whose people have not joined: the list below the table."""
    return cohort.invitations.filter(accepted_at=None, withdrawn_at=None)


def with_unanswered_count(cohorts):
    """Add `unanswered_count`, the invitations whose people have not joined, without a query of its own."""
    unanswered = (
        Invitation.objects.filter(cohort=OuterRef("pk"), accepted_at=None, withdrawn_at=None)
        .order_by()
        .values("cohort")
        .annotate(number=Count("pk"))
    )
    return cohorts.annotate(unanswered_count=Coalesce(Subquery(unanswered.values("number")), 0))


def open_invitations(user):
    """Invitations to one of the user's verified addresses, to be answered on their own page; one query."""
    return (
        Invitation.objects.open()
        .addressed_to(user)
        .filter(cohort__course__live=True)
        .select_related("cohort__course", "invited_by")
    )


def memberships(user):
    """The groups a learner is in now; one query."""
    return CohortMember.objects.active().filter(learner=user).select_related("cohort__course")


def membership(user, cohort: Cohort) -> CohortMember | None:
    """Return the user's place in the group, None for others and for visitors."""
    if not user.is_authenticated:
        return None
    return cohort.members.active().filter(learner=user).first()


def possible_trainers():
    """People who may be given a group."""
    return (
        get_user_model()
        .objects.filter(is_active=True, groups__name__in=[Role.TRAINER, Role.LEAD_TRAINER])
        .distinct()
        .order_by("name", "pk")
    )


def groups_of(programme):
    """The groups that count for the programme, newest first, with course, trainers and number of people."""
    rows = programme.cohorts.with_member_count().select_related("course").prefetch_related("trainers")
    return rows.order_by("-created_at", "-pk")
