"""Writes about deliveries: logged by a trainer, noted from groups by themselves, withdrawn when wrong."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, Min, OuterRef
from django.utils import timezone

from accounts.models import Agency
from bookings.models import TrainingSession
from cascade.models import Delivery, Reach
from cascade.reach import took_part
from cohorts.models import Cohort, CohortMember, Programme
from cohorts.models import Delivery as Format
from courses.models import CoursePage


class AlreadyLogged(Exception):
    """This group is among the trainer's deliveries already."""


@transaction.atomic
def log_delivery(
    trainer,
    *,
    course: CoursePage,
    delivered_on: date,
    format: str,
    form_key: UUID,
    cohort: Cohort | None = None,
    numbers: Mapping[int | None, int] | None = None,
    programme: Programme | None = None,
    area: str = "",
    agency: Agency | None = None,
    minutes: int | None = None,
) -> Delivery:
    """Return the delivery made from the form `form_key`: a second click finds what the first one made.

    Of a group of the platform, whose people are counted one by one, or with numbers: sector id, None for
    unknown -> people. Raises ValueError for both or neither, AlreadyLogged for a group logged before.
    """
    numbers = {sector: people for sector, people in (numbers or {}).items() if people}
    if bool(cohort) == bool(numbers):
        raise ValueError("A delivery has either a group or numbers.")
    found = Delivery.objects.filter(trainer=trainer, form_key=form_key).first()
    if found:
        return found
    delivery = Delivery(
        trainer=trainer,
        course=cohort.course if cohort else course,
        programme=programme or (cohort and cohort.programme),
        cohort=cohort,
        delivered_on=delivered_on,
        format=format,
        area=area,
        agency=agency,
        minutes=minutes,
        form_key=form_key,
    )
    try:
        with transaction.atomic():
            delivery.save()
    except IntegrityError:
        found = Delivery.objects.filter(trainer=trainer, form_key=form_key).first()
        if found:
            return found
        raise AlreadyLogged(cohort.pk) from None
    Reach.objects.bulk_create(
        Reach(delivery=delivery, sector_id=sector, people=people) for sector, people in numbers.items()
    )
    return delivery


def withdraw_delivery(delivery: Delivery, *, by) -> None:
    """Logged by mistake: it counts no more and stays on record. Safe to repeat."""
    Delivery.objects.standing().filter(pk=delivery.pk).update(withdrawn_at=timezone.now(), withdrawn_by=by)


def note_group_deliveries() -> int:
    """Note for every trainer of a group in which somebody took part that they delivered it; return how many.

    What a trainer logged or withdrew themselves is left as it is. Four queries; safe to repeat.
    """
    known = Delivery.objects.filter(trainer=OuterRef("user_id"), cohort=OuterRef("cohort_id"))
    begun = took_part(CohortMember.objects.filter(cohort=OuterRef("cohort_id")))
    pairs = list(
        Cohort.trainers.through.objects.filter(~Exists(known), Exists(begun)).values_list(
            "cohort_id", "user_id"
        )
    )
    cohorts = Cohort.objects.in_bulk({cohort for cohort, _ in pairs})
    sessions = TrainingSession.objects.held().filter(cohort__in=cohorts, starts_at__lte=timezone.now())
    first = dict(
        sessions.order_by().values("cohort").annotate(at=Min("starts_at")).values_list("cohort", "at")
    )
    rows = [_noted(cohorts[cohort], user, first.get(cohort)) for cohort, user in pairs]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _noted(cohort: Cohort, trainer_id: int, first_session) -> Delivery:
    day = cohort.starts_on or timezone.localdate(cohort.created_at)
    is_online = cohort.delivery == Format.E_LEARNING
    return Delivery(
        trainer_id=trainer_id,
        course_id=cohort.course_id,
        programme_id=cohort.programme_id,
        cohort=cohort,
        delivered_on=timezone.localdate(first_session) if first_session else day,
        format=Delivery.Format.E_LEARNING if is_online else Delivery.Format.FACE_TO_FACE,
    )
