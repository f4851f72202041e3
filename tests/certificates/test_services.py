import hashlib
import threading
from contextlib import contextmanager
from datetime import date, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
from django.conf import settings
from django.core.mail.backends.locmem import EmailBackend
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone
from kombu.exceptions import OperationalError

from certificates.criteria import unmet_criteria
from certificates.models import ActivityVersion, Award, Certificate
from certificates.sealing import SealUnavailable
from certificates.services import award_if_earned, email_certificate, issue_certificate, issuing, reconcile
from certificates.snapshot import printed
from certificates.tasks import deliver_certificate_task, reconcile_awards_task
from courses.services import complete_module, enrol
from library.models import SiteSettings
from tests.factories.accounts import UserFactory
from tests.factories.certificates import (
    AwardFactory,
    CertificateFactory,
    complete_required,
    course_with_quiz,
    earned_enrolment,
    issued_certificate,
    pass_quiz,
)
from tests.factories.courses import CourseModuleFactory, CoursePageFactory, EnrolmentFactory
from tests.factories.quizzes import SubmittedAttemptFactory

pytestmark = pytest.mark.django_db


# --- What must be true ------------------------------------------------------------------------------


def test_both_criteria_are_needed_and_named():
    enrolment = EnrolmentFactory(course=course_with_quiz())

    assert unmet_criteria(enrolment) == ["modules", "quizzes"]
    complete_required(enrolment)
    assert unmet_criteria(enrolment) == ["quizzes"]
    assert award_if_earned(enrolment) is None
    pass_quiz(enrolment)
    assert unmet_criteria(enrolment) == []


def test_a_course_without_a_quiz_asks_for_none():
    place = CourseModuleFactory()
    enrolment = EnrolmentFactory(course=place.course)
    complete_required(enrolment)

    assert award_if_earned(enrolment).activity.assessment_basis == "All required modules completed"


# --- The award --------------------------------------------------------------------------------------


def test_award_copies_everything_as_it_stands():
    course = course_with_quiz(
        title="Signs and safe steps",
        delivery="E-learning",
        cpd_minutes=210,
        participatory_minutes=30,
        refresh_months=24,
        outcomes=["notice signs", "act safely"],
    )
    enrolment = earned_enrolment(course, name="Hannah Bellamy")

    award = award_if_earned(enrolment)

    site = SiteSettings()
    today = timezone.localdate()
    expected = {
        "learner_name": "Hannah Bellamy",
        "cpd_minutes": 210,
        "participatory_minutes": 30,
        "started_on": today,
        "completed_on": today,
        "refresh_by": date(today.year + 2, today.month, today.day),
    }
    assert {name: getattr(award, name) for name in expected} == expected
    shared = {
        "title": "Signs and safe steps",
        "version": f"{today}.{course.live_revision_id}",
        "provider_name": site.provider_name,
        "delivery": "E-learning",
        "outcomes": ["notice signs", "act safely"],
        "minutes_total": 210,
        "minutes_participatory": 30,
        "assessment_basis": "Quiz passed at 80% or more; all required modules completed",
        "refresh_months": 24,
        "accreditor": "",
        "signatories": [{"name": site.signatory_name, "role": site.signatory_role}],
    }
    assert {name: getattr(award.activity, name) for name in shared} == shared
    assert award.certificate.state == Certificate.State.PENDING


def test_a_late_award_is_dated_by_its_evidence():
    enrolment = earned_enrolment()
    then = timezone.now() - timedelta(days=3)
    enrolment.attempts.update(submitted_at=then)
    enrolment.completions.update(completed_at=then - timedelta(days=2))

    assert award_if_earned(enrolment).completed_on == timezone.localdate(then)


@pytest.mark.parametrize(
    ("begins", "ends", "is_printed"),
    [(None, None, True), (-1, 1, True), (0, 0, True), (1, 5, False), (-5, -1, False)],
)
def test_accreditation_is_printed_only_if_valid_on_the_day(begins, ends, is_printed):
    today = timezone.localdate()
    course = course_with_quiz(
        accreditor="Demo CPD Body",
        accreditation_number="DEMO-0001",
        accredited_from=None if begins is None else today + timedelta(days=begins),
        accredited_to=None if ends is None else today + timedelta(days=ends),
    )

    award = award_if_earned(earned_enrolment(course))

    words = printed(award.certificate, timezone.now())
    assert words.accreditor == ("Demo CPD Body" if is_printed else "")
    assert words.accreditation_number == ("DEMO-0001" if is_printed else "")


def test_awards_share_a_version_until_the_course_changes():
    course = course_with_quiz()
    first, second = (award_if_earned(earned_enrolment(course)) for _ in range(2))
    course.cpd_minutes += 15
    course.save_revision().publish()

    third = award_if_earned(earned_enrolment(course))

    assert first.activity == second.activity != third.activity
    assert third.cpd_minutes == first.cpd_minutes + 15


def test_award_is_safe_to_repeat():
    enrolment = earned_enrolment()

    assert award_if_earned(enrolment) == award_if_earned(enrolment)
    assert (Award.objects.count(), Certificate.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_award_one_certificate_one_letter(mailoutbox):
    enrolment = earned_enrolment()
    barrier = threading.Barrier(6)
    found = []

    def run():
        try:
            barrier.wait(20)
            found.append(award_if_earned(enrolment).pk)
            reconcile()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(found)) == 1
    certificate = Certificate.objects.get()
    assert certificate.is_issued
    assert len(mailoutbox) == 1
    assert files_of(certificate) == [certificate.pdf.name.rpartition("/")[2]]


def files_of(certificate) -> list[str]:
    return certificate.pdf.storage.listdir(f"certificates/{certificate.number}")[1]


def stored(certificate) -> bytes:
    with certificate.pdf.open() as file:
        return file.read()


# --- From evidence to the letter ---------------------------------------------------------------------


def test_passing_leads_to_a_certificate_and_a_letter(django_capture_on_commit_callbacks, mailoutbox):
    course = course_with_quiz()
    learner = UserFactory(name="Siân O'Neill")
    with django_capture_on_commit_callbacks(execute=True):
        enrolment = enrol(learner, course)
    pass_quiz(enrolment)
    with django_capture_on_commit_callbacks(execute=True):
        complete_module(enrolment, course.course_modules.get())

    certificate = Certificate.objects.get()
    content = stored(certificate)
    assert certificate.is_issued
    assert certificate.sha256 == hashlib.sha256(content).hexdigest()
    assert certificate.size_bytes == len(content)
    (letter,) = mailoutbox
    assert letter.to == [learner.email]
    assert letter.subject == f"Your certificate: {course.title}"
    assert letter.body.startswith("Dear Siân O'Neill,")
    assert letter.attachments[0].filename == f"certificate-{certificate.number}.pdf"
    assert letter.attachments[0].content == content
    assert letter.extra_headers["Message-ID"].startswith(f"<certificate-{certificate.number}@")


def test_trouble_with_the_award_leaves_the_evidence(django_capture_on_commit_callbacks, monkeypatch, caplog):
    course = CoursePageFactory()
    place = CourseModuleFactory(course=course)
    enrolment = EnrolmentFactory(course=course)
    monkeypatch.setattr("certificates.receivers.award_if_earned", lambda enrolment: 1 / 0)

    with django_capture_on_commit_callbacks(execute=True):
        complete_module(enrolment, place)

    assert enrolment.completions.count() == 1
    assert "Error calling" in caplog.text


def test_a_broker_that_is_away_does_not_hurt(django_capture_on_commit_callbacks, monkeypatch, mailoutbox):
    enrolment = earned_enrolment()

    def away(*args):
        raise OperationalError

    with monkeypatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(deliver_certificate_task, "delay", away)
        assert award_if_earned(enrolment)

    assert not Certificate.objects.get().is_issued
    reconcile_awards_task()
    assert Certificate.objects.get().is_issued
    assert len(mailoutbox) == 1


# --- Crash points -----------------------------------------------------------------------------------


class Killed(BaseException):
    """What a killed process looks like from inside: nothing catches it."""


def killed(*args, **kwargs):
    raise Killed


@contextmanager
def killed_at(step, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(step, killed)
        with pytest.raises(Killed):
            yield


@pytest.mark.parametrize(
    "step",
    [
        "certificates.services.issuing.draw",
        "django.core.files.storage.FileSystemStorage.save",
        "certificates.services.issuing.hashlib.sha256",
        "certificates.services.issuing.drop_other_files",
        "certificates.services.issuing.send_templated",
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
    ],
)
def test_killed_at_any_step_one_certificate_and_one_letter_follow(step, monkeypatch, mailoutbox):
    certificate = CertificateFactory()
    with killed_at(step, monkeypatch):
        deliver_certificate_task(certificate.award_id)
    assert mailoutbox == []
    reconcile()
    let_claims_run_out()

    reconcile()
    reconcile()
    deliver_certificate_task(certificate.award_id)

    certificate.refresh_from_db()
    assert certificate.is_issued
    assert Certificate.objects.count() == 1
    assert hashlib.sha256(stored(certificate)).hexdigest() == certificate.sha256
    assert len(mailoutbox) == 1


def let_claims_run_out():
    Certificate.objects.update(claimed_at=F("claimed_at") - settings.CERTIFICATE_CLAIM)


def test_what_is_being_drawn_is_left_to_the_one_that_draws_it(monkeypatch):
    certificate = CertificateFactory(claimed_at=timezone.now())

    assert issue_certificate(certificate.award).is_pending
    assert reconcile().certificates == 0
    let_claims_run_out()
    assert reconcile().certificates == 1


def test_what_a_killed_drawing_stored_is_cleared_away(monkeypatch):
    certificate = CertificateFactory()
    with killed_at("certificates.services.issuing.hashlib.sha256", monkeypatch):
        issue_certificate(certificate.award)
    let_claims_run_out()

    certificate = issue_certificate(certificate.award)

    assert files_of(certificate) == [certificate.pdf.name.rpartition("/")[2]]


def test_the_slower_of_two_drawings_drops_its_file(monkeypatch):
    certificate = CertificateFactory()
    draw = issuing.draw

    def overtaken(*args, **kwargs):
        monkeypatch.setattr(issuing, "draw", draw)
        let_claims_run_out()
        issue_certificate(Award.objects.get(pk=certificate.award_id))
        return draw(*args, **kwargs)

    monkeypatch.setattr(issuing, "draw", overtaken)
    slower = issue_certificate(certificate.award)

    assert hashlib.sha256(stored(slower)).hexdigest() == slower.sha256
    assert files_of(slower) == [slower.pdf.name.rpartition("/")[2]]


def test_a_letter_that_cannot_be_sent_is_sent_later(monkeypatch, mailoutbox):
    certificate = issued_certificate()
    with monkeypatch.context() as patch:
        patch.setattr(EmailBackend, "send_messages", raising(SMTPServerDisconnected("gone")))
        with pytest.raises(SMTPServerDisconnected):
            email_certificate(certificate)
    certificate.refresh_from_db()
    assert certificate.emailed_at is None

    assert email_certificate(certificate)
    assert not email_certificate(Certificate.objects.get())
    assert len(mailoutbox) == 1


def raising(error):
    def fail(*args, **kwargs):
        raise error

    return fail


# --- Reconcile --------------------------------------------------------------------------------------


def test_reconcile_mends_awards_certificates_and_letters(mailoutbox):
    earned_enrolment()
    CertificateFactory()
    issued_certificate()
    EnrolmentFactory(course=course_with_quiz())
    half_done = EnrolmentFactory(course=course_with_quiz())
    pass_quiz(half_done)

    mended = reconcile()

    assert (mended.awards, mended.certificates, mended.emails) == (1, 2, 3)
    assert Certificate.objects.issued().exclude(emailed_at=None).count() == 3
    assert len(mailoutbox) == 3
    assert reconcile() == type(mended)()


def test_reconcile_finds_awards_of_courses_without_a_quiz():
    place = CourseModuleFactory()
    enrolment = EnrolmentFactory(course=place.course)
    complete_required(enrolment)

    assert reconcile().awards == 1


def test_one_bad_address_does_not_stop_the_others_and_a_dead_server_does(monkeypatch, mailoutbox):
    bad = issued_certificate(award__enrolment__learner__email="bad@example.org")
    issued_certificate()
    send = EmailBackend.send_messages

    def picky(self, messages):
        if messages[0].to == ["bad@example.org"]:
            raise SMTPRecipientsRefused({})
        return send(self, messages)

    monkeypatch.setattr(EmailBackend, "send_messages", picky)
    assert reconcile().emails == 1
    bad.refresh_from_db()
    assert bad.emailed_at is None

    tried = []
    monkeypatch.setattr(EmailBackend, "send_messages", lambda *args: tried.append(1) or killed_connection())
    issued_certificate()
    assert reconcile().emails == 0
    assert len(tried) == 1


def test_a_seal_that_cannot_be_made_ends_the_drawing_and_not_the_letters(monkeypatch, mailoutbox):
    tried = []

    def unavailable(*args):
        tried.append(1)
        raise SealUnavailable

    issued_certificate()
    CertificateFactory.create_batch(2)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "seal", unavailable)
        assert reconcile().emails == 1
    assert tried == [1]
    assert reconcile().certificates == 2


def killed_connection():
    raise ConnectionRefusedError


def test_old_letters_and_closed_accounts_are_left_alone(monkeypatch):
    monkeypatch.setattr("certificates.queries.KEEP_SENDING_FOR", timedelta(0))
    issued_certificate()
    CertificateFactory(award__enrolment__learner__is_active=False)

    assert reconcile() == type(reconcile())()


def test_reconcile_costs_the_same_when_nothing_is_left(django_assert_num_queries):
    for number in (1, 3):
        for _ in range(number):
            email_certificate(issued_certificate())
        with django_assert_num_queries(2):
            reconcile()


# --- What cannot be drawn ---------------------------------------------------------------------------


def test_an_undrawable_name_waits_until_it_is_changed(mailoutbox):
    certificate = issue_certificate(CertificateFactory(award__enrolment__learner__name="Anna 李").award)
    assert certificate.state == Certificate.State.PENDING
    assert "李 (U+674E" in certificate.problem
    deliver_certificate_task(certificate.award_id)
    assert mailoutbox == []

    learner = certificate.award.enrolment.learner
    learner.name = "Anna Li"
    learner.save()
    reconcile()

    certificate.refresh_from_db()
    assert (certificate.is_issued, certificate.problem, certificate.holder_name) == (True, "", "Anna Li")
    assert certificate.award.learner_name == "Anna Li"
    assert len(mailoutbox) == 1


# --- Frozen -----------------------------------------------------------------------------------------


def test_later_changes_leave_the_stored_file_as_it_is():
    enrolment = earned_enrolment(name="Hannah Bellamy")
    award = award_if_earned(enrolment)
    certificate = issue_certificate(award)
    before, path = stored(certificate), certificate.pdf.name

    enrolment.learner.name = "Hannah Varga"
    enrolment.learner.save()
    enrolment.course.title = "Another title"
    enrolment.course.cpd_minutes = 999
    enrolment.course.save_revision().publish()
    award_if_earned(enrolment)
    issue_certificate(award)
    reconcile()

    certificate = Certificate.objects.get()
    assert (stored(certificate), certificate.pdf.name) == (before, path)
    assert certificate.sha256 == hashlib.sha256(before).hexdigest()
    assert Award.objects.get().learner_name == certificate.holder_name == "Hannah Bellamy"


@pytest.mark.parametrize(
    "changed",
    [
        {"holder_name": "Somebody Else"},
        {"payload": {}},
        {"pdf": "elsewhere.pdf"},
        {"sha256": "0" * 64},
        {"number": "FL-2026-00000000-0"},
        {"issued_at": timezone.now()},
        {"state": "pending", "issued_at": None},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_the_database_refuses_to_change_what_was_issued(changed):
    certificate = issued_certificate()

    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(**changed)


def test_the_database_refuses_to_rewrite_history_and_versions():
    certificate = issued_certificate()

    with pytest.raises(DatabaseError, match="cannot be rewritten"), transaction.atomic():
        certificate.events.update(note="never happened")
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        ActivityVersion.objects.update(minutes_total=1)


def test_a_revoked_certificate_stays_revoked():
    certificate = issued_certificate()
    Certificate.objects.filter(pk=certificate.pk).update(state=Certificate.State.REVOKED)

    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        Certificate.objects.filter(pk=certificate.pk).update(state=Certificate.State.ISSUED)


def test_participatory_never_exceeds_the_total():
    with pytest.raises(DatabaseError), transaction.atomic():
        AwardFactory(cpd_minutes=10, participatory_minutes=11)


def test_a_failed_attempt_earns_nothing():
    enrolment = EnrolmentFactory(course=course_with_quiz())
    complete_required(enrolment)
    SubmittedAttemptFactory(enrolment=enrolment, quiz=enrolment.course.quizzes.get(), score=79, passed=False)

    assert award_if_earned(enrolment) is None
