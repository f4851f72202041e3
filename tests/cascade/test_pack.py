"""What stands in the trainer pack."""

import pytest
from wagtail.documents import get_document_model

from cascade import pack
from cascade.picture import Label, describe, draw
from cascade.tree import boxes, grow
from tests.factories.courses import CourseModuleFactory, CoursePageFactory, ModulePageFactory

ACTIVITY = {
    "title": "Three cards",
    "minutes": 8,
    "body": '<p>Sort them. <a linktype="document" id="{}">The cards</a></p>',
    "on_your_own": "<p>On paper.</p>",
    "facilitator_notes": '<p>Listen for <a href="/indicators/">signs</a>.</p>',
}


def chapter(title, minutes):
    return pack.Chapter("M", title, "", minutes, True, "", [], [], [], [])


@pytest.mark.django_db
def test_a_chapter_holds_what_a_trainer_has_in_hand():
    document = get_document_model().objects.create(title="Nine cards", file="cards.pdf")
    body = [
        {"type": "heading", "value": "Three questions"},
        {"type": "text", "value": "<p>Long text.</p>"},
        {"type": "activity", "value": ACTIVITY | {"body": ACTIVITY["body"].format(document.pk)}},
        {"type": "callout", "value": {"title": "Remember", "body": "<p>Ask.</p>"}},
    ]
    course = CoursePageFactory()
    CourseModuleFactory(course=course, module=ModulePageFactory(body=body), minutes=20)
    CourseModuleFactory(course=course, module=ModulePageFactory(), form="short", is_required=False)

    first, second = pack.chapters_of(course)

    assert (first.minutes, first.activity_minutes, first.points) == (20, 8, ["Three questions"])
    assert [(part.kind, part.title) for part in first.parts] == [
        ("activity", "Three cards"),
        ("callout", "Remember"),
    ]
    assert "http" in first.parts[0].notes
    assert "Listen for" in first.parts[0].notes
    assert first.documents == [document]
    assert (second.is_required, second.parts) == (False, [])


@pytest.mark.django_db
def test_a_pack_costs_the_same_for_one_module_and_three(django_assert_num_queries):
    course = CoursePageFactory()
    CourseModuleFactory(course=course)
    with django_assert_num_queries(3):
        pack.chapters_of(course)
    CourseModuleFactory.create_batch(2, course=course)
    with django_assert_num_queries(3):
        pack.chapters_of(course)


def test_the_agenda_counts_from_the_start_with_a_break_when_people_have_sat_long():
    slots = pack.agenda([chapter("A", 60), chapter("B", 45), chapter("C", 30)])

    assert [(slot.clock, slot.title) for slot in slots] == [
        ("0:00–1:00", "A"),
        ("1:00–1:45", "B"),
        ("1:45–2:00", "Break"),
        ("2:00–2:30", "C"),
    ]
    assert not any(slot.is_break for slot in pack.agenda([chapter("A", 200)]))


# --- The picture -----------------------------------------------------------------------------


def test_the_picture_escapes_names_marks_who_lapsed_and_says_itself_in_words():
    found = grow([("b", "a")], {"b": ["p"]}, {}, {})
    labels = {"a": Label("<Ann & Co>", True, "Valid"), "b": Label("B" * 60, False, "Lapsed")}

    svg = draw(boxes(found, each=6, at_most=9), labels)

    assert "&lt;Ann &amp; Co&gt;" in svg
    assert "Lapsed · 1 reached" in svg
    assert svg.count("stroke-dasharray") == 1
    assert "B" * 29 not in svg
    assert "2 trainers in 2 generations. The list below" in svg


def test_two_hundred_trainers_stay_on_one_page():
    found = grow([(n, n // 15) for n in range(1, 200)], {}, {}, {})

    shown = boxes(found, each=6, at_most=60)

    assert len(shown) < 90
    assert sum(box.more + box.hidden for box in shown) + sum(box.node is not None for box in shown) == 200
    assert describe(shown).startswith(f"{sum(b.node is not None for b in shown)} trainers in")
