"""Writes about courses: enrol, withdraw, complete a module."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from courses.models import CourseModule, CoursePage, Enrolment, ModuleCompletion
from courses.signals import progress_changed


def enrol(learner, course: CoursePage) -> Enrolment:
    """Return the learner's active enrolment on `course`, made now if there was none.

    Two clicks at once make one enrolment: the database's constraint decides, the loser reads the winner's row.
    Modules completed elsewhere count at once, so the new enrolment is announced as progress. Who left the course
    goes on in the cycle that they left.
    """
    with transaction.atomic():
        found = Enrolment.objects.active().filter(learner=learner, course=course).first()
        if found:
            return found
        left = Enrolment.objects.filter(learner=learner, course=course).order_by("-cycle").first()
        cycle = {"cycle": left.cycle, "counts_from": left.counts_from} if left else {}
        try:
            with transaction.atomic():
                enrolment = Enrolment.objects.create(learner=learner, course=course, **cycle)
        except IntegrityError:
            return Enrolment.objects.active().get(learner=learner, course=course)
        progress_changed.send(sender=Enrolment, enrolment=enrolment)
        return enrolment


@transaction.atomic
def withdraw(enrolment: Enrolment) -> None:
    """Close the enrolment; what was completed and awarded stands. Safe to repeat."""
    Enrolment.objects.active().filter(pk=enrolment.pk).update(withdrawn_at=timezone.now())


@transaction.atomic
def begin_refresher(enrolment: Enrolment, counts_from: datetime) -> Enrolment:
    """Return the learner's next cycle on the course, begun now; the one before keeps all that it earned.

    counts_from: evidence before it does not count again. Safe to repeat: two clicks begin one. Who left the
    refresher goes on with it.
    """
    own = Enrolment.objects.filter(learner=enrolment.learner_id, course=enrolment.course_id)
    latest = own.select_for_update().order_by("-cycle", "-pk").first()
    begun = own.active().filter(cycle__gt=enrolment.cycle).first()
    if begun:
        return begun
    own.active().update(renewed_at=timezone.now())
    own.filter(pk=enrolment.pk, renewed_at=None).update(renewed_at=timezone.now())
    was_left = latest.cycle > enrolment.cycle
    following = Enrolment.objects.create(
        learner_id=enrolment.learner_id,
        course_id=enrolment.course_id,
        cycle=latest.cycle if was_left else enrolment.cycle + 1,
        counts_from=latest.counts_from if was_left else counts_from,
    )
    progress_changed.send(sender=Enrolment, enrolment=following)
    return following


def remember_place(enrolment: Enrolment, place: CourseModule) -> None:
    """Note where the learner is, so that Continue leads back there. One statement, no lock held.

    Nothing is written while they stay on the page they are on and were seen in the last five minutes.
    """
    now = timezone.now()
    was_just_here = enrolment.last_seen_at and now - enrolment.last_seen_at < timedelta(minutes=5)
    if enrolment.last_module_id != place.module_id or not was_just_here:
        Enrolment.objects.filter(pk=enrolment.pk).update(last_module=place.module_id, last_seen_at=now)


@transaction.atomic
def complete_module(enrolment: Enrolment, place: CourseModule) -> None:
    """Record that the learner completed the module at `place`, in its present version. Safe to repeat."""
    module = place.module
    _, made = ModuleCompletion.objects.get_or_create(
        enrolment=enrolment, module=module, form=place.form, version=module.version
    )
    if not made:
        return
    # The same module may stand in the learner's other courses: each of them moves on too.
    for other in Enrolment.objects.active().filter(
        learner=enrolment.learner_id, course__course_modules__module=module
    ):
        progress_changed.send(sender=ModuleCompletion, enrolment=other)
