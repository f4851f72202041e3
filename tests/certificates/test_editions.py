"""Names corrected and documents issued again."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from certificates.models import Award, Certificate, NameCorrection
from certificates.services import issue_certificate
from certificates.services.deciding import ChangeRefused
from certificates.services.editions import approve_correction, ask_correction, refuse_correction, reissue
from certificates.services.issuing import AnotherWasFaster, make_document, mark_issued, send_again
from tests.factories.accounts import UserFactory
from tests.factories.certificates import (
    CertificateFactory,
    IssuedAwardFactory,
    NameCorrectionFactory,
    issued_certificate,
    manager,
)
from tests.factories.templates import make_template

pytestmark = pytest.mark.django_db
State = Certificate.State


def states(award) -> list[tuple[int, str]]:
    return list(award.certificates.order_by("edition").values_list("edition", "state"))


def kinds(award) -> list[str]:
    return list(award.certificates.order_by("edition").values_list("events__kind", flat=True))


def ask(award, new_name="Hannah Varga") -> NameCorrection:
    return ask_correction(award, new_name=new_name, why="", by=award.enrolment.learner)


# --- Names --------------------------------------------------------------------------------------------


def test_a_corrected_name_comes_in_a_new_edition_and_one_letter(
    django_capture_on_commit_callbacks, mailoutbox
):
    first = issued_certificate(award__enrolment__learner__name="Hannah Bellamy")
    correction = ask(first.award)

    with django_capture_on_commit_callbacks(execute=True):
        approve_correction(correction, by=manager())

    second = first.award.certificates.get(edition=2)
    assert states(first.award) == [(1, State.SUPERSEDED), (2, State.ISSUED)]
    assert (second.holder_name, second.supersedes, second.reason) == ("Hannah Varga", first, "name")
    assert second.payload["holder_name"] == "Hannah Varga"
    assert second.payload["replaces"] == first.number
    first.refresh_from_db()
    assert first.holder_name == "Hannah Bellamy"
    assert Award.objects.get().learner_name == "Hannah Varga"
    (letter,) = mailoutbox
    assert letter.subject.startswith("A new edition of your certificate")
    assert "Hannah Varga" in letter.body
    assert letter.attachments[0].filename == second.filename
    assert {"asked", "reissued", "superseded", "issued", "emailed"} <= set(kinds(first.award))


def test_the_old_edition_stays_valid_until_the_new_one_is_there():
    award = IssuedAwardFactory()

    approve_correction(ask(award), by=manager())

    assert states(award) == [(1, State.ISSUED), (2, State.PENDING)]


def test_one_open_correction_an_award():
    award = IssuedAwardFactory()
    ask(award)

    with pytest.raises(ChangeRefused, match="asked for this already"):
        ask(award)
    assert NameCorrection.objects.count() == 1


def test_a_refused_name_leaves_everything_and_tells_the_holder_once(
    django_capture_on_commit_callbacks, mailoutbox
):
    correction = NameCorrectionFactory()

    with django_capture_on_commit_callbacks(execute=True):
        refuse_correction(correction, by=manager(), answer="We need the name as in your account.")
    with pytest.raises(ChangeRefused, match="decided this in the meantime"):
        refuse_correction(correction, by=manager(), answer="No.")

    assert states(correction.award) == [(1, State.ISSUED)]
    (letter,) = mailoutbox
    assert letter.to == [correction.award.enrolment.learner.email]
    assert "We need the name as in your account." in letter.body
    ask(correction.award)


def test_nobody_decides_about_their_own_name():
    holder = manager()
    correction = NameCorrectionFactory(award__enrolment__learner=holder)

    with pytest.raises(ChangeRefused, match="Somebody else"):
        approve_correction(correction, by=holder)


def test_second_decision_makes_no_second_edition():
    correction = ask(IssuedAwardFactory())
    approve_correction(correction, by=manager())

    with pytest.raises(ChangeRefused):
        approve_correction(correction, by=manager())
    assert len(states(correction.award)) == 2


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_make_one_edition(monkeypatch):
    monkeypatch.setattr("certificates.services.editions.start_delivery", lambda award_id: None)
    correction = ask(IssuedAwardFactory())
    deciders = [manager() for _ in range(4)]
    barrier = threading.Barrier(len(deciders))
    refused = []

    def run(by):
        try:
            barrier.wait(20)
            approve_correction(NameCorrection.objects.get(pk=correction.pk), by=by)
        except ChangeRefused as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[by]) for by in deciders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 3
    assert states(correction.award) == [(1, State.ISSUED), (2, State.PENDING)]


# --- The same once more --------------------------------------------------------------------------------


def test_reissue_says_the_same_under_a_new_number():
    first = issued_certificate()
    reissue(first.award, note="The file is damaged", by=manager())

    second = issue_certificate(first.award)

    first.refresh_from_db()
    own = {"number", "edition", "replaces", "issued_at", "check_url"}
    assert {k: v for k, v in second.payload.items() if k not in own} == {
        k: v for k, v in first.payload.items() if k not in own
    }
    assert second.number != first.number
    assert states(first.award) == [(1, State.SUPERSEDED), (2, State.ISSUED)]
    assert second.events.get(kind="reissued").note == "The file is damaged"


def test_a_double_click_makes_one_edition():
    award = IssuedAwardFactory()
    reissue(award, note="", by=manager())

    with pytest.raises(ChangeRefused, match="being made"):
        reissue(award, note="", by=manager())


def test_an_edition_that_could_not_be_drawn_is_taken_up_again():
    award = IssuedAwardFactory()
    edition = reissue(award, note="", by=manager())
    Certificate.objects.filter(pk=edition.pk).update(problem="The fonts do not have X.")

    assert reissue(award, note="", by=manager()) == edition
    edition.refresh_from_db()
    assert edition.problem == ""


def test_what_was_never_issued_is_not_reissued():
    with pytest.raises(ChangeRefused, match="Nothing was issued"):
        reissue(CertificateFactory(problem="X").award, note="", by=manager())


def test_a_drawing_under_the_old_name_does_not_count():
    """The name of the pending edition changed while a worker was drawing it."""
    first = issued_certificate()
    edition = reissue(first.award, note="", by=manager())
    drawn = Certificate.objects.select_related("supersedes", "award__activity").get(pk=edition.pk)
    made = make_document(drawn, first.issued_at)
    Certificate.objects.filter(pk=edition.pk).update(holder_name="Hannah Varga")

    with pytest.raises(AnotherWasFaster):
        mark_issued(drawn, made)
    assert states(first.award) == [(1, State.ISSUED), (2, State.PENDING)]


def test_send_again_once_in_ten_minutes(mailoutbox):
    certificate = issued_certificate()

    assert send_again(certificate, by=manager())
    assert not send_again(certificate, by=manager())
    assert len(mailoutbox) == 1


# --- The holder's page ---------------------------------------------------------------------------------


def page_of(certificate, name="correct"):
    return reverse(f"certificates:{name}", args=[certificate.number])


def test_the_holder_asks_for_another_name(client_for):
    award = IssuedAwardFactory(enrolment__learner__name="Hannah Bellamy")
    client, address = client_for(award.enrolment.learner), page_of(award.certificate)
    assert 'value="Hannah Bellamy"' in client.get(address).content.decode()

    client.post(address, {"name": "  Hannah   Varga ", "why": "married in May"})

    correction = NameCorrection.objects.get()
    assert (correction.old_name, correction.new_name, correction.why) == (
        "Hannah Bellamy",
        "Hannah Varga",
        "married in May",
    )
    shown = client.get(address).content.decode()
    assert "Hannah Varga" in shown
    assert "Ask for this name" not in shown


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("Anna 李", "李 (U+674E"),
        ("", "Enter your name"),
        ("x" * 151, "at most 150"),
        ("Hannah Bellamy", "stands on the certificate already"),
    ],
)
def test_what_cannot_stand_there_is_said_beside_the_field(client_for, name, message):
    award = IssuedAwardFactory(enrolment__learner__name="Hannah Bellamy")

    page = (
        client_for(award.enrolment.learner).post(page_of(award.certificate), {"name": name}).content.decode()
    )

    assert message in page
    assert "<title>Error: " in page
    assert NameCorrection.objects.count() == 0


def test_nobody_else_asks(client_for):
    address = page_of(IssuedAwardFactory().certificate)

    assert client_for(UserFactory()).get(address).status_code == 404
    assert client_for(manager()).post(address, {"name": "X"}).status_code == 404


def test_a_reissue_takes_todays_look_and_leaves_every_fact():
    award = IssuedAwardFactory()
    before = award.activity
    make_template(courses=[award.enrolment.course], signatories=[("Asha Verma", "Chair", None)])

    reissue(award, note="", by=manager())

    after = Award.objects.get().activity
    assert after.template_version_id not in {None, before.template_version_id}
    assert after.signatories == [{"name": "Asha Verma", "role": "Chair"}]
    facts = ("title", "version", "outcomes", "minutes_total", "assessment_basis", "provider_name")
    assert [getattr(after, name) for name in facts] == [getattr(before, name) for name in facts]
