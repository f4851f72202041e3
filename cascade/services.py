"""Writes about licences and observations. Deliveries are in cascade.deliveries, reminders in cascade.reminders."""

from datetime import date
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from cascade import fidelity
from cascade.dates import months_after
from cascade.deliveries import log_delivery, withdraw_delivery
from cascade.models import Licence, Observation
from cascade.requirements import standing
from cohorts.models import Cohort
from courses.models import CoursePage

__all__ = [
    "grant_licence",
    "log_delivery",
    "observe",
    "read_changes",
    "renew_licence",
    "revoke_licence",
    "withdraw_delivery",
]

FULL_MONTHS = 12
PROVISIONAL_MONTHS = 6


class LicenceRefused(Exception):
    """str() says to the lead trainer why there is no licence, or no new one."""


# --- Licences --------------------------------------------------------------------------------


@transaction.atomic
def grant_licence(
    holder,
    course: CoursePage,
    *,
    by,
    trained_by=None,
    trained_in: Cohort | None = None,
    granted_on: date | None = None,
) -> Licence:
    """Return the licence of `holder` for `course`, made now; a second click finds the first one's.

    For a year or, until a whole session was observed, half a year. The holder becomes a trainer by it, so that
    the trainers' area and its second factor are there for them.
    Raises LicenceRefused when something is lacking, for one's own licence, and when the line would be a circle.
    """
    granted_on = granted_on or timezone.localdate()
    if holder.pk == by.pk:
        raise LicenceRefused("Nobody licenses themselves. Ask another lead trainer.")
    _lock_lines()
    old = Licence.objects.standing().filter(holder=holder, course=course).first()
    if old and old.is_valid:
        return old
    _refuse_circles(holder, trained_by)
    found = standing(holder, course, granted_on)
    if not found.may_be_granted:
        raise LicenceRefused(f"There is still lacking: {', '.join(found.lacking).lower()}.")
    months = PROVISIONAL_MONTHS if found.is_provisional else FULL_MONTHS
    new = Licence(
        holder=holder,
        course=course,
        trained_by=trained_by,
        trained_in=trained_in,
        granted_by=by,
        granted_on=granted_on,
        valid_until=months_after(granted_on, months),
        is_provisional=found.is_provisional,
        gave_role=_give_role(holder) or bool(old and old.gave_role),
    )
    return _replace(old, new) if old else _add(new)


def _lock_lines() -> None:
    """Grants come one after another: two at once could each close half a circle."""
    list(Group.objects.select_for_update().filter(name=Role.TRAINER).values_list("pk", flat=True))


def _refuse_circles(holder, trained_by) -> None:
    """Raise LicenceRefused when `trained_by` is the holder or somebody below them."""
    if trained_by is None:
        return
    above = {}
    rows = Licence.objects.exclude(trained_by=None).order_by("granted_at", "pk")
    for person, trainer in rows.values_list("holder", "trained_by"):
        above.setdefault(person, trainer)
    person, seen = trained_by.pk, set()
    while person is not None and person not in seen:
        if person == holder.pk:
            raise LicenceRefused(f"{holder} stands above {trained_by} in the line: it would be a circle.")
        seen.add(person)
        person = above.get(person)


def _give_role(holder) -> bool:
    """Make the holder a trainer; say whether they were none before."""
    if holder.groups.filter(name__in=[Role.TRAINER, Role.LEAD_TRAINER]).exists():
        return False
    holder.groups.add(Group.objects.get(name=Role.TRAINER))
    holder.__dict__.pop("roles", None)
    return True


def _add(new: Licence) -> Licence:
    try:
        with transaction.atomic():
            new.save()
    except IntegrityError:  # Somebody else granted it a moment earlier.
        return Licence.objects.standing().get(holder=new.holder, course=new.course)
    return new


def _replace(old: Licence, new: Licence) -> Licence:
    """Let `new` stand in the place of `old`; whoever comes second gets the first one's."""
    claimed = Licence.objects.standing().filter(pk=old.pk).update(replaced_at=timezone.now())
    if not claimed:
        return Licence.objects.standing().get(holder=old.holder_id, course=old.course_id)
    new.save()
    Licence.objects.filter(pk=old.pk).update(replaced_by=new)
    return new


def read_changes(licence: Licence) -> None:
    """The holder has read what changed in the course: what a renewal asks. Safe to repeat."""
    Licence.objects.standing().filter(pk=licence.pk).update(changes_read_at=timezone.now())


@transaction.atomic
def renew_licence(licence: Licence, *, by) -> Licence:
    """Return the licence for another year, a new row; a second click finds the first one's.

    It goes on from the old end, or from today when that is past. Raises LicenceRefused before its last weeks,
    for one's own, when the changes are not read, and while a whole session is still to be observed.
    """
    licence = Licence.objects.get(pk=licence.pk)
    if licence.replaced_by:
        return licence.replaced_by
    if licence.revoked_at:
        raise LicenceRefused("It is revoked. Grant a new one when everything is there again.")
    if licence.holder_id == by.pk:
        raise LicenceRefused("Nobody renews their own licence. Ask another lead trainer.")
    if licence.is_provisional:
        raise LicenceRefused(
            "A whole session is still to be observed. Passed, it makes the licence a full one."
        )
    if not licence.is_renewable:
        raise LicenceRefused("It can be renewed in its last 60 days.")
    if licence.changes_read_at is None:
        raise LicenceRefused("The holder has not yet confirmed to have read what changed in the course.")
    today = timezone.localdate()
    new = Licence(
        holder=licence.holder,
        course=licence.course,
        trained_by=licence.trained_by,
        trained_in=licence.trained_in,
        granted_by=by,
        granted_on=today,
        valid_until=months_after(max(today, licence.valid_until), FULL_MONTHS),
        gave_role=licence.gave_role,
    )
    return _replace(licence, new)


@transaction.atomic
def revoke_licence(licence: Licence, *, by, reason: str) -> None:
    """End it now, with a reason for the record. Safe to repeat.

    Whoever became a trainer by it is one no longer, unless another licence is in force.
    """
    changed = (
        Licence.objects.standing()
        .filter(pk=licence.pk)
        .update(revoked_at=timezone.now(), revoked_by=by, revoke_reason=reason)
    )
    if not changed or not licence.gave_role:
        return
    others = Licence.objects.valid().filter(holder=licence.holder)
    if others.exists():
        others.update(gave_role=True)
    else:
        licence.holder.groups.remove(Group.objects.get(name=Role.TRAINER))


# --- Observations ----------------------------------------------------------------------------


@transaction.atomic
def observe(
    trainer,
    course: CoursePage,
    *,
    by,
    form_key: UUID,
    kind: str,
    observed_on: date,
    checklist: dict[str, str],
    comment: str = "",
    session=None,
) -> Observation:
    """Return the observation made from the form `form_key`. The checklist decides whether it is passed.

    A whole session, passed, makes a provisional licence a full one. Raises LicenceRefused for one's own delivery.
    """
    if trainer.pk == by.pk:
        raise LicenceRefused("Nobody observes themselves. Ask another lead trainer.")
    observation, made = Observation.objects.get_or_create(
        observed_by=by,
        form_key=form_key,
        defaults={
            "trainer": trainer,
            "course": course,
            "kind": kind,
            "observed_on": observed_on,
            "checklist": checklist,
            "passed": fidelity.is_passed(checklist),
            "comment": comment,
            "session": session,
        },
    )
    if made and observation.passed and kind == Observation.Kind.SESSION:
        _confirm(trainer, course, observed_on)
    return observation


def _confirm(trainer, course: CoursePage, observed_on: date) -> None:
    """Make a provisional licence a full one, a year from its first day."""
    rows = Licence.objects.standing().filter(
        holder=trainer, course=course, is_provisional=True, valid_until__gte=observed_on
    )
    for licence in rows:
        until = months_after(licence.granted_on, FULL_MONTHS)
        rows.filter(pk=licence.pk).update(is_provisional=False, valid_until=until, reminded_days=None)
