"""Exactly one award, certificate and letter, whoever races and wherever a worker dies."""

import threading

import pytest
from django.db import connection

from certificates.models import Award, Certificate, CertificateEvent
from certificates.services import award_if_earned, issue_certificate, reconcile
from courses.signals import progress_changed
from tests.factories.certificates import CertificateFactory, earned_enrolment
from tests.services.faults import STEPS, plan
from tests.services.processes import until
from tests.services.test_scaled_out import all_delivered, assert_exactly_one_each, letters_about_certificates

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


def at_once(count: int, work) -> list:
    """Return what `work(number)` gave in so many threads, each with a connection of its own, begun together."""
    barrier, answers = threading.Barrier(count), []

    def run(number):
        try:
            connection.ensure_connection()
            barrier.wait(60)
            answers.append(work(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == count
    return answers


def test_64_completions_of_one_award_at_once_make_one(mailoutbox):
    enrolment = earned_enrolment()

    def complete(number):
        if number % 2:
            progress_changed.send(sender=None, enrolment=enrolment)
        return award_if_earned(enrolment).pk

    awards = at_once(64, complete)

    assert len(set(awards)) == 1
    reconcile()
    certificate = Certificate.objects.get()
    assert certificate.is_issued
    assert len(mailoutbox) == 1
    assert sorted(certificate.events.values_list("kind", flat=True)) == ["earned", "emailed", "issued"]


def test_eight_workers_at_one_certificate_draw_it_once(monkeypatch):
    certificate = CertificateFactory()
    drawings = []
    from certificates.services import issuing

    draw = issuing.draw
    monkeypatch.setattr(issuing, "draw", lambda *args, **kwargs: drawings.append(1) or draw(*args, **kwargs))

    at_once(8, lambda number: issue_certificate(Award.objects.get(pk=certificate.award_id)).pk)

    assert len(drawings) == 1
    assert CertificateEvent.objects.filter(kind=CertificateEvent.Kind.ISSUED).count() == 1


def test_a_worker_that_dies_at_any_step_leaves_one_certificate_and_one_letter(site):
    """The worker's process is killed at each step in turn; the task comes back, and reconcile mends the rest."""
    site.start("worker")
    for number, step in enumerate(STEPS, start=1):
        mark = plan(site.folder, step)
        enrolment = earned_enrolment()
        site.manage("shell", "-v0", "-c", DELIVER.format(enrolment.pk))
        until(lambda: not mark.exists())  # noqa: B023 -- asked at once
        until(lambda: site.manage("reconcile_awards") and all_delivered(number), seconds=20)  # noqa: B023
    assert_exactly_one_each(site, len(STEPS))
    assert len(letters_about_certificates(site)) == len(STEPS)


DELIVER = (
    "from courses.models import Enrolment; from certificates.services import award_if_earned; "
    "award_if_earned(Enrolment.objects.get(pk={}))"
)
