"""What trainers send to the people of a group: reminders in our words, messages in theirs. One letter a job piece."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cohorts.models import Cohort, CohortMember, Message, Recipient
from cohorts.queries import following_new_start
from cohorts.roster import PASSED, Row
from courses.queries import completed_places, places_of
from jobs.models import Job
from jobs.services import PieceFailed, start
from quizzes.queries import quiz_of, quiz_passed
from trainingsite.lib.emails import send_templated

KIND = "write-to-group"
MESSAGES_A_DAY = 10  # of one trainer's own words, to whichever groups


class TooManyMessages(Exception):
    """The trainer has written enough for one day."""


@dataclass(frozen=True)
class Plan:
    """Who would get a reminder, and who is left out and why."""

    to: list[Row]
    finished: list[Row]
    reminded_today: list[Row]
    left_course: list[Row]


def plan_reminder(cohort: Cohort, rows: Sequence[Row]) -> Plan:
    """Sort `rows` of the group's table, each into one list. Once per person a day, whoever sends it."""
    has_quiz = quiz_of(cohort.course) is not None
    today = _reminded_today([row.member_id for row in rows])
    plan = Plan([], [], [], [])
    for row in rows:
        if row.has_left_course:
            plan.left_course.append(row)
        elif _has_finished(row, has_quiz):
            plan.finished.append(row)
        elif row.member_id in today:
            plan.reminded_today.append(row)
        else:
            plan.to.append(row)
    return plan


def _has_finished(row: Row, has_quiz: bool) -> bool:
    done = row.modules_completed >= row.modules_total and (row.quiz == PASSED or not has_quiz)
    return row.is_certified or done


def _reminded_today(members: Collection[int]) -> set[int]:
    rows = Recipient.objects.filter(
        reminded_on=timezone.localdate(), learner__cohort_memberships__in=members
    ).order_by()
    return set(rows.values_list("learner__cohort_memberships", flat=True))


@transaction.atomic
def remind(cohort: Cohort, members: Collection[int], *, by, form_key: UUID) -> Job:
    """Remind the members with these ids; a second click finds the job of the first.

    Whoever was reminded since the page was opened is left out: the constraint knows one reminder a day.
    """
    return _send(cohort, members, Message.Kind.REMINDER, by=by, form_key=form_key)


@transaction.atomic
def write(cohort: Cohort, members: Collection[int], *, by, subject: str, text: str, form_key: UUID) -> Job:
    """Send a trainer's own words. Raises TooManyMessages, and sends nothing, beyond the day's number."""
    since = timezone.now() - timedelta(days=1)
    written = Message.objects.filter(sent_by=by, kind=Message.Kind.WORDS, sent_at__gt=since)
    if written.exclude(form_key=form_key).count() >= MESSAGES_A_DAY:
        raise TooManyMessages
    return _send(cohort, members, Message.Kind.WORDS, by=by, form_key=form_key, subject=subject, text=text)


def _send(cohort: Cohort, members, kind: str, *, by, form_key: UUID, **words) -> Job:
    message, made = Message.objects.get_or_create(
        sent_by=by, form_key=form_key, defaults={"cohort": cohort, "kind": kind, **words}
    )
    if made:
        people = cohort.members.active().filter(pk__in=members).values_list("pk", "learner")
        day = timezone.localdate() if kind == Message.Kind.REMINDER else None
        Recipient.objects.bulk_create(
            [
                Recipient(message=message, member_id=member, learner_id=learner, reminded_on=day)
                for member, learner in people
            ],
            ignore_conflicts=True,
        )
    recipients = list(message.recipients.order_by("pk").values_list("pk", flat=True))
    count = "1 person" if len(recipients) == 1 else f"{len(recipients):,} people"
    return start(
        KIND,
        by=by,
        title=f"{message.get_kind_display()} to {count}",
        payloads=recipients,
        back_url=cohort.get_absolute_url(),
        form_key=form_key,
    )


def send_letter(payload, job: Job) -> str:
    """One piece of the job: the letter to one person, once. A failed send leaves it unsent."""
    rows = Recipient.objects.select_related(
        "message__cohort__course", "message__sent_by", "member__enrolment", "learner"
    )
    recipient = rows.filter(pk=payload).first()
    if recipient is None or recipient.member.left_at or not recipient.learner.is_active:
        return "Left the group; nothing was sent"
    context = {"message": recipient.message, "cohort": recipient.message.cohort, "learner": recipient.learner}
    if recipient.message.kind == Message.Kind.REMINDER:
        context |= _what_is_left(recipient.member)
        if not (context["modules_left"] or context["quiz_left"]):
            return "Has finished; nothing was sent"
    if not Recipient.objects.filter(pk=recipient.pk, emailed_at=None).update(emailed_at=timezone.now()):
        return "Sent before"
    _post(recipient, context)
    return "Sent"


def _what_is_left(member: CohortMember) -> dict:
    """Required modules still to complete, and whether the quiz is still to be passed; nothing after leaving."""
    enrolment = following_new_start(member).enrolment
    if enrolment.withdrawn_at:
        return {"modules_left": 0, "quiz_left": False}
    places = places_of([enrolment.course_id])
    done = completed_places([enrolment], places)[enrolment.pk]
    left = sum(place.is_required and place.pk not in done for place in places[enrolment.course_id])
    return {"modules_left": left, "quiz_left": not quiz_passed(enrolment)}


def _post(recipient: Recipient, context: dict) -> None:
    is_reminder = recipient.message.kind == Message.Kind.REMINDER
    site = urlsplit(settings.SITE_URL).hostname
    try:
        send_templated(
            "group_reminder" if is_reminder else "group_message",
            to=recipient.learner.email,
            context=context,
            message_id=f"group-message-{recipient.message_id}-{recipient.pk}@{site}",
        )
    except SMTPRecipientsRefused as refusal:
        raise PieceFailed(f"The mail server refused the address of {recipient.learner}.") from refusal
    except OSError as failure:
        raise PieceFailed(
            f"The letter to {recipient.learner} could not be sent. Try again later."
        ) from failure
