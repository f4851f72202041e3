"""Writes about groups: create, invite, join, leave. None of them touches what a learner has done."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from cohorts import departures
from cohorts.models import (
    LINK_DAYS,
    Cohort,
    CohortMember,
    Delivery,
    Invitation,
    Programme,
    Source,
    invitation_end,
    link_end,
    new_token,
)
from courses.models import CoursePage
from courses.services import enrol
from trainingsite.lib.emails import send_each, send_templated

RESEND_AFTER = timedelta(hours=1)
LETTERS_A_TURN = 500  # invitations sent in one go; the next turn, or the scheduled run, sends the rest


class LinkClosed(Exception):
    """The group's invitation link is closed or out of date."""


class InvitationClosed(Exception):
    """The invitation was used by somebody else, taken back, or is out of date."""


# --- Groups ----------------------------------------------------------------------------------


@transaction.atomic
def create_cohort(
    *,
    by,
    form_key: UUID,
    name: str,
    course: CoursePage,
    trainers: Iterable,
    starts_on: date | None,
    ends_on: date | None,
    delivery: str = Delivery.BLENDED,
    programme: Programme | None = None,
) -> Cohort:
    """Return the group made from the form `form_key`: a second click finds what the first one made."""
    cohort, made = Cohort.objects.get_or_create(
        created_by=by,
        form_key=form_key,
        defaults={
            "name": name,
            "course": course,
            "starts_on": starts_on,
            "ends_on": ends_on,
            "delivery": delivery,
            "programme": programme,
        },
    )
    if made:
        cohort.trainers.set(trainers)
    return cohort


@transaction.atomic
def change_cohort(cohort: Cohort, *, trainers: Iterable, **facts) -> None:
    """facts: name, dates, format, programme. The course stays: people are enrolled on it already."""
    for field_name, value in facts.items():
        setattr(cohort, field_name, value)
    cohort.save(update_fields=list(facts))
    cohort.trainers.set(trainers)


def close_link(cohort: Cohort) -> None:
    """Let nobody in by the link from now on. Safe to repeat."""
    now = timezone.now()
    Cohort.objects.filter(pk=cohort.pk, join_open_until__gt=now).update(join_open_until=now)


def renew_link(cohort: Cohort, days: int = LINK_DAYS) -> None:
    """Make a new link that works for so long; the old one, printed or passed on, works no more."""
    cohort.join_token, cohort.join_open_until = new_token(), link_end(days)
    cohort.save(update_fields=["join_token", "join_open_until"])


def keep_link_open(cohort: Cohort, days: int) -> bool:
    """Let the same link work for so long from now; False, and nothing done, when it is closed."""
    still_open = Cohort.objects.filter(pk=cohort.pk, join_open_until__gt=timezone.now())
    return bool(still_open.update(join_open_until=link_end(days)))


# --- Invitations -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Invited:
    """What became of the addresses given, each in exactly one list."""

    invited: list[str] = field(default_factory=list)
    already_invited: list[str] = field(default_factory=list)
    already_members: list[str] = field(default_factory=list)
    declined: list[str] = field(default_factory=list)


def sort_out(cohort: Cohort, addresses: Collection[str]) -> Invited:
    """Say what `invite` would do with each address; nothing is written. Two queries however many there are.

    Whether an address belongs to an account is looked up only among the group's own members.
    """
    outcome = Invited()
    members = _members_addresses(cohort, addresses)
    standing = {i.email: i for i in _standing(cohort, addresses)}
    now = timezone.now()
    for address in addresses:
        invitation = standing.get(address)
        if address in members:
            outcome.already_members.append(address)
        elif invitation and invitation.declined_at:
            outcome.declined.append(address)
        elif invitation and invitation.expires_at > now:
            outcome.already_invited.append(address)
        else:
            outcome.invited.append(address)
    return outcome


@transaction.atomic
def invite(
    cohort: Cohort, addresses: Collection[str], *, by, source: str = Source.LIST, sends: bool = True
) -> Invited:
    """Invite people by e-mail; those invited or in the group already, or who said no thanks, get no letter.

    addresses: lower case, each once. An invitation that ran out is renewed.
    sends: post the letters at once; else the scheduled run does.
    """
    outcome = sort_out(cohort, addresses)
    now = timezone.now()
    _standing(cohort, outcome.invited).update(
        invited_by=by,
        invited_at=now,
        expires_at=invitation_end(),
        emailed_at=None,
        undeliverable_at=None,
        source=source,
    )
    # What stands was renewed a line above. Another trainer may be pasting the same list at this moment: the
    # constraint keeps one of each.
    Invitation.objects.bulk_create(
        [Invitation(cohort=cohort, email=a, invited_by=by, source=source) for a in outcome.invited],
        ignore_conflicts=True,
    )
    if sends:
        _email_after_commit()
    return outcome


def _standing(cohort: Cohort, addresses: Collection[str]):
    return cohort.invitations.filter(accepted_at=None, withdrawn_at=None, email__in=addresses)


def _members_addresses(cohort: Cohort, addresses: Collection[str]) -> set[str]:
    """Those of `addresses` by which the trainer may know people in the group: of account and invitation."""
    members = cohort.members.active().annotate(account=Lower("learner__email"))
    rows = members.filter(Q(account__in=addresses) | Q(invitation__email__in=addresses))
    return {address for row in rows.values_list("account", "invitation__email") for address in row if address}


def resend_invitation(invitation: Invitation) -> bool:
    """Send it once more and prolong it; False, and nothing done, within an hour of the last letter."""
    due = Q(emailed_at__lt=timezone.now() - RESEND_AFTER) | Q(undeliverable_at__isnull=False)
    standing = Invitation.objects.filter(
        pk=invitation.pk, accepted_at=None, declined_at=None, withdrawn_at=None
    )
    claimed = standing.filter(due).update(emailed_at=None, undeliverable_at=None, expires_at=invitation_end())
    if claimed:
        _email_after_commit()
    return bool(claimed)


def withdraw_invitation(invitation: Invitation) -> None:
    """Take it back: the link in the letter works no more. Safe to repeat."""
    standing = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
    standing.update(withdrawn_at=timezone.now())


def decline_invitation(invitation: Invitation) -> None:
    """“No thanks”: no more letters to this address for this group. Safe to repeat."""
    Invitation.objects.open().filter(pk=invitation.pk).update(declined_at=timezone.now())


def _email_after_commit() -> None:
    """Post the letters in the background. Should the broker be away, the scheduled run sends them."""
    from cohorts.tasks import email_invitations_task  # noqa: PLC0415 -- tasks import this module

    transaction.on_commit(lambda: email_invitations_task.delay(), robust=True)


def email_waiting_invitations() -> None:
    """Send the invitations that wait, each on its own: one bad address holds up nobody else."""
    waiting = list(
        Invitation.objects.waiting()
        .select_related("cohort__course", "invited_by")
        .order_by("pk")[:LETTERS_A_TURN]
    )
    send_each(
        waiting,
        email_invitation,
        refused=lambda i: Invitation.objects.filter(pk=i.pk).update(undeliverable_at=timezone.now()),
    )
    if len(waiting) == LETTERS_A_TURN and not settings.CELERY_TASK_ALWAYS_EAGER:
        _email_after_commit()


@transaction.atomic
def email_invitation(invitation: Invitation) -> None:
    """Send it once. A failed send rolls the claim back, so that the next run sends it."""
    if Invitation.objects.waiting().filter(pk=invitation.pk).update(emailed_at=timezone.now()):
        context = {
            "invitation": invitation,
            "cohort": invitation.cohort,
            "url": settings.SITE_URL + reverse("cohorts:join", args=[invitation.token]),
        }
        site = urlsplit(settings.SITE_URL).hostname
        message_id = f"invitation-{invitation.pk}-{invitation.expires_at:%Y%m%d%H%M%S%f}@{site}"
        send_templated("cohort_invitation", to=invitation.email, context=context, message_id=message_id)


# --- People ----------------------------------------------------------------------------------


@transaction.atomic
def join_by_link(learner, cohort: Cohort) -> CohortMember:
    """Put the learner into the group and on its course. Joining twice is joining once.

    Raises LinkClosed when the link was closed since the page was opened.
    """
    member = cohort.members.active().filter(learner=learner).first()
    if member:
        return member
    if not Cohort.objects.filter(
        pk=cohort.pk, join_token=cohort.join_token, join_open_until__gt=timezone.now(), course__live=True
    ).exists():
        raise LinkClosed(cohort.pk)
    return add_member(learner, cohort, CohortMember.Source.LINK)


@transaction.atomic
def join_by_invitation(learner, invitation: Invitation) -> CohortMember:
    """As `join_by_link`, with a personal invitation, which one person can use once.

    Whoever holds the letter may use it: people often keep their account under another address.
    Raises InvitationClosed when it is used by somebody else, taken back, or out of date.
    """
    cohort = invitation.cohort
    member = cohort.members.active().filter(learner=learner).first()
    if member:
        return member
    if not cohort.course.live:
        raise InvitationClosed(invitation.pk)
    # No join in this filter: PostgreSQL would look at the joined row as it was before the wait for the winner.
    usable = Invitation.objects.usable().filter(pk=invitation.pk)
    claimed = usable.update(accepted_at=timezone.now(), declined_at=None)
    if not claimed:
        member = cohort.members.active().filter(learner=learner).first()
        if member:  # The same person's other click was quicker.
            return member
        raise InvitationClosed(invitation.pk)
    return add_member(learner, cohort, invitation.source, invitation)


def add_member(learner, cohort: Cohort, source: str, invitation: Invitation | None = None) -> CohortMember:
    """Put the learner into the group and on its course; the row there is, if they are in it already.

    Needs a transaction around it. The caller has made sure that they may join.
    """
    enrolment = enrol(learner, cohort.course)
    try:
        with transaction.atomic():
            member = CohortMember.objects.create(
                cohort=cohort, learner=learner, enrolment=enrolment, source=source, invitation=invitation
            )
    except IntegrityError:
        return cohort.members.active().get(learner=learner)
    # Other letters to the same person about this group are answered by this.
    Invitation.objects.open().addressed_to(learner).filter(cohort=cohort).update(accepted_at=timezone.now())
    return member


def leave_cohort(member: CohortMember) -> None:
    """The learner goes; enrolment and progress stay theirs. Safe to repeat."""
    _close(CohortMember.objects.filter(pk=member.pk), by=member.learner, removed_by=None)


def remove_member(member: CohortMember, *, by) -> None:
    """A trainer takes somebody out; enrolment and progress stay the learner's. Safe to repeat."""
    _close(CohortMember.objects.filter(pk=member.pk), by=by, removed_by=by)


def remove_members(cohort: Cohort, members: Collection[int], *, by) -> int:
    """As `remove_member` for many; return how many were still in. Safe to repeat."""
    return _close(CohortMember.objects.filter(cohort=cohort, pk__in=members), by=by, removed_by=by)


@transaction.atomic
def _close(rows, *, by, removed_by) -> int:
    """End memberships, and with them what hangs on them."""
    still_in = list(rows.active().select_for_update(of=("self",)).select_related("cohort", "learner"))
    left = [member.pk for member in still_in]
    CohortMember.objects.filter(pk__in=left).update(left_at=timezone.now(), removed_by=removed_by)
    departures.announce(still_in, by=by)
    return len(left)
