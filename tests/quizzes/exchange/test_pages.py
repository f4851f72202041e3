"""Import and export in the CMS: who may, what they see first, and that nothing happens before they say so."""

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from quizzes.exchange import pending
from quizzes.models import Item
from tests.factories.accounts import UserFactory
from tests.factories.courses import ModulePageFactory
from tests.factories.quizzes import make_item

pytestmark = pytest.mark.django_db

GOOD = b"::One::Who?{=a ~b}\n"
BAD = GOOD + b"\nWhy?{}\n"
CHOOSE, CHECK, EXPORT = (reverse(f"question_exchange:{name}") for name in ("choose", "check", "export"))


@pytest.fixture
def module():
    return ModulePageFactory(slug="one", code="M01")


@pytest.fixture
def person(client_for):
    return lambda role: client_for(UserFactory(role=role))


def upload(client, place, data: bytes = GOOD, name: str = "bank.txt", **fields):
    fields = {"module": place.code, "file": SimpleUploadedFile(name, data)} | fields
    return client.post(CHOOSE, fields)


def test_an_editor_sees_what_would_happen_and_then_says_yes(person, module):
    editor = person(Role.EDITOR)
    assert upload(editor, module).url == CHECK
    assert not Item.objects.exists()

    page = editor.get(CHECK).content.decode()
    assert "Import 1 question" in page
    assert "They become drafts" in page
    assert not Item.objects.exists()

    editor.post(CHECK)
    item = Item.objects.get()
    assert (item.stem, item.live, item.latest_revision.user.email) == (
        "Who?",
        False,
        item.latest_revision.user.email,
    )
    assert editor.get(CHECK).url == CHOOSE


def test_a_refused_question_is_shown_with_its_reason_and_stops_all(person, module):
    editor = person(Role.EDITOR)
    upload(editor, module, BAD)
    page = editor.post(CHECK).content.decode()
    assert "Nothing was imported." in page
    assert "An essay is marked by a person" in page
    assert "Line 3" in page
    assert not Item.objects.exists()

    editor.post(CHECK, {"skip_refused": "on"})
    assert Item.objects.count() == 1


def test_cancelling_leaves_nothing_behind(person, module):
    editor = person(Role.EDITOR)
    upload(editor, module)
    path = editor.session[pending.SESSION_KEY]["path"]
    editor.post(CHECK, {"cancel": "1"})
    assert not storages["private"].exists(path)
    assert not Item.objects.exists()


def test_a_new_file_takes_the_place_of_the_one_before(person, module):
    editor = person(Role.EDITOR)
    upload(editor, module)
    path = editor.session[pending.SESSION_KEY]["path"]
    upload(editor, module, b"Other?{TRUE}")
    assert not storages["private"].exists(path)
    assert "Other?" in editor.get(CHECK).content.decode()


def test_a_wrong_file_gets_its_sentence_beside_the_field(person, module):
    page = upload(person(Role.EDITOR), module, b"%PDF-1.7", "a.pdf").content.decode()
    assert "This is a PDF document." in page
    page = upload(person(Role.EDITOR), module, GOOD, format="qti").content.decode()
    assert "This is GIFT, not QTI." in page


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MODERATOR])
def test_only_those_who_publish_may_import_ready_questions(person, module, role):
    client = person(role)
    upload(client, module, ready="on")
    client.post(CHECK)
    may = "Publish at once" in client.get(CHOOSE).content.decode()
    assert Item.objects.get().live is may


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.TRAINER])
def test_others_reach_none_of_it(person, module, role):
    client = person(role)
    for path in (CHOOSE, CHECK, EXPORT):
        response = client.get(path)
        assert response.status_code in {302, 403, 404}
        assert "question" not in response.get("Location", "").split("?")[0]
    upload(client, module)
    client.post(CHECK)
    assert not Item.objects.exists()


def test_an_export_says_first_what_is_lost(person, module):
    make_item(module, "A1", content_note="Mentions fear.")
    editor = person(Role.EDITOR)
    page = editor.get(EXPORT, {"kind": "qti-3.0"}).content.decode()
    assert "Download the file" in page
    response = editor.get(EXPORT, {"kind": "qti-3.0", "download": "1"})
    assert (response["Content-Type"], response.content[:2]) == ("application/zip", b"PK")
    assert editor.get(EXPORT, {"kind": "nonsense"}).status_code == 200
    assert (
        "There is no such question"
        in editor.get(
            EXPORT, {"kind": "gift", "export_module": ModulePageFactory(slug="two", code="M02").code}
        ).content.decode()
    )


def test_hostile_input_is_answered_with_a_page(person, module, hostile):
    editor = person(Role.EDITOR)
    name = hostile[:50].replace("/", "_").replace("\0", "") or "x"
    assert upload(editor, module, hostile.encode() + b"{=a ~b}", name).status_code in {200, 302}
    if pending.SESSION_KEY in editor.session:
        assert editor.get(CHECK).status_code in {200, 302}
    assert upload(editor, module, module=hostile).status_code == 200
    assert (
        editor.get(EXPORT, {"kind": "gift", "category": hostile, "export_module": hostile}).status_code == 200
    )
