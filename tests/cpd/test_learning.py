"""Adding, changing and deleting learning done elsewhere, with its evidence."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import personal_data
from cpd.evidence import MAX_BYTES, EvidenceRefused, extension_of, shown_name
from cpd.models import CpdProfile, OutsideLearning, Reflection
from tests.factories.accounts import UserFactory
from tests.factories.cpd import (
    PDF,
    CpdProfileFactory,
    OutsideLearningFactory,
    ReflectionFactory,
    evidence_file,
    learning_with_file,
    picture,
)

pytestmark = pytest.mark.django_db
NEW = "/my/cpd/learning/new/"
LEAST = {
    "title": "Study day",
    "method": "course",
    "completed_on": "10/11/2026",
    "hours": "2",
    "with_others": "none",
}


def address(entry: OutsideLearning, part: str = "") -> str:
    return f"/my/cpd/learning/{entry.pk}/{part}"


def only_entry() -> OutsideLearning:
    return OutsideLearning.objects.get()


def test_four_answers_are_enough(client_for):
    learner = UserFactory()

    response = client_for(learner).post(NEW, LEAST)

    assert response.url == "/my/cpd/"
    entry = only_entry()
    assert (entry.owner, entry.minutes, entry.participatory_minutes) == (learner, 120, 0)
    assert entry.started_on == entry.completed_on


@pytest.mark.parametrize(
    ("given", "minutes", "together"),
    [
        ({"hours": "", "minutes_more": "45"}, 45, 0),
        ({"hours": "1", "minutes_more": "30", "with_others": "all"}, 90, 90),
        ({"hours": "2", "with_others": "part", "participatory_hours": "1"}, 120, 60),
        (
            {"hours": "2", "with_others": "part", "participatory_hours": "2", "participatory_more": "0"},
            120,
            120,
        ),
        ({"hours": "2", "with_others": "none", "participatory_hours": "1"}, 120, 0),
    ],
)
def test_time_and_what_of_it_was_together(client_for, given, minutes, together):
    client_for(UserFactory()).post(NEW, LEAST | given)

    entry = only_entry()
    assert (entry.minutes, entry.participatory_minutes) == (minutes, together)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": ""}, "Enter what you did."),
        ({"title": "x" * 201}, "Use at most 200 characters."),
        ({"method": "magic"}, "Choose from the list."),
        ({"completed_on": "31/2/2026"}, "Enter a date that exists"),
        ({"completed_on": "1/1/2999"}, "The day cannot be in the future."),
        ({"started_on": "11/11/2026"}, "The first day must not be after the day you finished."),
        ({"hours": ""}, "Enter how long it took, in hours, minutes or both."),
        ({"hours": "0", "minutes_more": "0"}, "Enter how long it took, in hours, minutes or both."),
        ({"hours": "1001"}, "Enter 1000 or less."),
        ({"hours": "1000", "minutes_more": "1"}, "Enter how long it took, in hours, minutes or both."),
        ({"minutes_more": "60"}, "Enter 59 or less."),
        ({"hours": "two"}, "Enter a whole number."),
        ({"with_others": "part", "participatory_hours": "3"}, "not more than it took in all."),
        ({"with_others": "part"}, "not more than it took in all."),
        ({"with_others": "lots"}, "Choose how much."),
        ({"relates_to": "x" * 501}, "Use at most 500 characters."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(client_for, given, words):
    response = client_for(UserFactory()).post(NEW, LEAST | {"provider": "Harbour Street"} | given)

    shown = response.content.decode()
    assert words in shown
    assert 'class="govuk-error-summary"' in shown
    assert "<title>Error: " in shown
    assert 'value="Harbour Street"' in shown
    assert not OutsideLearning.objects.exists()


def test_any_text_can_be_sent(client_for, hostile):
    response = client_for(UserFactory()).post(
        NEW, dict.fromkeys((*LEAST, "provider", "relates_to", "form_key"), hostile)
    )

    assert response.status_code == 200


def test_a_double_click_makes_one_entry(client_for):
    client = client_for(UserFactory())
    form = LEAST | {"form_key": "3f2504e0-4f89-41d3-9a0c-0305e82c3301"}

    client.post(NEW, form)
    client.post(NEW, form)

    assert OutsideLearning.objects.count() == 1


def test_the_form_shows_what_was_entered_and_saves_changes(client_for):
    entry = OutsideLearningFactory(
        minutes=135, participatory_minutes=45, completed_on=timezone.localdate() - timedelta(days=1)
    )
    client = client_for(entry.owner)
    shown = client.get(address(entry)).content.decode()
    assert 'name="minutes_more" type="text" value="15"' in shown
    assert 'name="participatory_more" type="text" value="45"' in shown

    client.post(address(entry), LEAST | {"title": "Renamed"})

    entry.refresh_from_db()
    assert (entry.title, entry.minutes, entry.participatory_minutes) == ("Renamed", 120, 0)


def test_a_name_in_the_title_is_a_speaker_but_a_number_is_a_case(client_for):
    client = client_for(UserFactory())
    client.post(NEW, LEAST | {"title": "Talk by Dr Adeyemi"})
    assert only_entry().title == "Talk by Dr Adeyemi"

    response = client.post(NEW, LEAST | {"title": "Review of case 4457812"})

    assert "looks like a case or reference number" in response.content.decode()
    assert OutsideLearning.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 60, "participatory_minutes": 61},
        {"minutes": 0, "participatory_minutes": 0},
        {"minutes": 60_001},
        {"started_on": timezone.localdate() + timedelta(days=4000)},
    ],
)
def test_the_database_refuses_what_cannot_be(wrong):
    owner = UserFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        OutsideLearningFactory(owner=owner, **wrong)


# --- Evidence ------------------------------------------------------------------------------------


def word(*more: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            parts.writestr(name, "<x/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "extension"),
    [(PDF, "pdf"), (picture("PNG"), "png"), (picture("JPEG"), "jpg"), (word(), "docx")],
    ids=["pdf", "png", "jpg", "docx"],
)
def test_a_file_is_told_by_its_content(content, extension):
    assert extension_of(evidence_file("anything.exe", content)) == extension


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 a program", b"<svg onload=alert(1)>", b"%PDF-1.7 cut off", picture("PNG")[:30], picture("GIF"),
        word("word/vbaProject.bin"), b"PK\x03\x04 no archive", b"x" * (MAX_BYTES + 1), PDF + b"\n" * MAX_BYTES,
        b"<html>%PDF-1.7 %%EOF",
    ],
    ids=["program", "svg", "cut PDF", "cut PNG", "GIF", "macros", "no ZIP", "large", "large PDF", "HTML"],
)  # fmt: skip
def test_other_files_are_refused_whatever_they_are_called(client_for, content):
    with pytest.raises(EvidenceRefused):
        extension_of(evidence_file("evidence.pdf", content))
    response = client_for(UserFactory()).post(NEW, LEAST | {"file": evidence_file("evidence.pdf", content)})
    assert response.status_code == 200
    assert not OutsideLearning.objects.exists()


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"), ("C:\\Users\\me\\Study day.PDF", "Study day.pdf"),
        ("photo.html", "photo.pdf"), ("", "evidence.pdf"), ("…\r\nSet-Cookie: x", "Set-Cookie x.pdf"),
        ("Ünïcode ✓.pdf", "Ünïcode.pdf"), ("x" * 300, "x" * 100 + ".pdf"),
    ],
)  # fmt: skip
def test_names_of_files_are_made_harmless(given, shown):
    assert shown_name(given, "pdf") == shown


def test_evidence_is_stored_out_of_reach_and_given_back_to_its_owner(client_for, settings):
    client = client_for(UserFactory())
    client.post(NEW, LEAST | {"file": evidence_file("My day.exe", picture())})
    entry = only_entry()

    response = client.get(address(entry, "evidence/"))

    assert b"".join(response.streaming_content) == picture()
    assert response["Content-Disposition"] == 'attachment; filename="My day.png"'
    assert (response["Content-Type"], response["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert response["Cache-Control"] == "private, no-store"
    assert entry.evidence.path.startswith(str(settings.PRIVATE_ROOT))
    assert client_for(UserFactory(is_superuser=True)).get(address(entry, "evidence/")).status_code == 404


def test_there_may_be_no_evidence_or_a_lost_file(client_for):
    without, lost = OutsideLearningFactory(), learning_with_file()
    lost.evidence.storage.delete(lost.evidence.name)

    for entry in (without, lost):
        assert client_for(entry.owner).get(address(entry, "evidence/")).status_code == 404


def test_a_new_file_takes_the_old_ones_place(client_for, django_capture_on_commit_callbacks):
    entry = learning_with_file()
    storage, old = entry.evidence.storage, entry.evidence.name

    with django_capture_on_commit_callbacks(execute=True):
        client_for(entry.owner).post(address(entry), LEAST | {"file": evidence_file("new.png", picture())})

    entry.refresh_from_db()
    assert entry.evidence_name == "new.png"
    assert (storage.exists(old), storage.exists(entry.evidence.name)) == (False, True)


def test_evidence_can_be_removed_and_stays_otherwise(client_for, django_capture_on_commit_callbacks):
    entry = learning_with_file()
    client, storage, name = client_for(entry.owner), entry.evidence.storage, entry.evidence.name
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(entry), LEAST)
    assert storage.exists(name)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(entry), LEAST | {"drop_file": "on"})

    entry.refresh_from_db()
    assert (entry.evidence.name, entry.evidence_name, storage.exists(name)) == ("", "", False)


def test_deleting_takes_file_and_reflections_along(client_for, django_capture_on_commit_callbacks):
    entry = learning_with_file()
    ReflectionFactory(owner=entry.owner, award=None, outside=entry)
    client, storage, name = client_for(entry.owner), entry.evidence.storage, entry.evidence.name
    shown = client.get(address(entry, "delete/")).content.decode()
    assert "with the file certificate.pdf and 1 reflection." in shown

    with django_capture_on_commit_callbacks(execute=True):
        client.post(address(entry, "delete/"))

    assert not OutsideLearning.objects.exists()
    assert not Reflection.objects.exists()
    assert not storage.exists(name)


# --- Personal data -------------------------------------------------------------------------------


def test_everything_is_given_back_and_erased(django_capture_on_commit_callbacks):
    learner = CpdProfileFactory().owner
    entry = learning_with_file(owner=learner, title="Study day")
    ReflectionFactory(owner=learner, learned="I listen for longer")
    others = ReflectionFactory(on_outside=True)
    given = personal_data.export(learner)["cpd"]
    assert given["regulator"] == "nmc"
    assert [row["title"] for row in given["learning_elsewhere"]] == ["Study day"]
    assert [row["learned"] for row in given["reflections"]] == ["I listen for longer"]
    storage, name = entry.evidence.storage, entry.evidence.name

    with django_capture_on_commit_callbacks(execute=True):
        personal_data.erase(learner)

    assert not storage.exists(name)
    assert not CpdProfile.objects.exists()
    assert list(Reflection.objects.all()) == [others]
    assert list(OutsideLearning.objects.all()) == [others.outside]
