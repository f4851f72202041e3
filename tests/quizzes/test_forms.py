"""The form of every type of question: what it draws, what it takes, and what it says to mistakes. No database."""

import re

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from quizzes.content import ChoiceContent, ItemContent, ItemType, Mode
from quizzes.forms import FORMS, answer_form
from quizzes.forms.rules import rule_of
from quizzes.forms.words import answer_in_words
from quizzes.marking import clean_answer
from tests.quizzes.contents import EVERY_TYPE, matching, numeric, ordering, question, short, story


def sent(**fields) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in fields.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data


def drawn(form) -> str:
    return render_to_string("quizzes/_question.html", {"form": form})


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


# --- Every type ------------------------------------------------------------------------------------


def test_every_type_has_a_form():
    assert FORMS.keys() == set(ItemType.values)


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_a_question_is_drawn_with_its_rule_and_without_its_key(type):
    content, _ = EVERY_TYPE[type]
    content = content.model_copy(update={"stem": "A case.\n\nWhat do you do?", "explanation": "BECAUSE"})

    html = drawn(answer_form(content))

    assert rule_of(content) in words(html)
    heading = "A case" if type == "branching" else "What do you do"  # a story begins with its title
    assert re.search(rf"<h1[^>]*>(\s*<[^>]*>)*\s*{heading}", html)
    assert words(html).index("A case.") < words(html).index("What do you do?") or type == "branching"
    assert "BECAUSE" not in html
    assert not re.search(r'(value|name|id)="[a-h]"|why [gpb]|good|poor|partial', html)


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_a_saved_answer_stands_in_the_form_and_can_be_sent_again(type):
    content, right = EVERY_TYPE[type]
    saved = clean_answer(content, right)
    form = answer_form(content, answer=saved)
    entered = {name: form[name].value() for name in form.fields}

    again = answer_form(content, answer=saved, data=sent(**entered))

    assert again.is_valid() or again.is_over
    assert clean_answer(content, again.answer) == saved
    assert answer_in_words(content, saved)


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_nothing_entered_is_one_clear_mistake(type):
    content, _ = EVERY_TYPE[type]
    form = answer_form(content, data=sent(step="0"))

    assert not form.is_valid()
    html = drawn(form)
    assert html.count('<span class="govuk-visually-hidden">Error:</span>') == 1
    if type != "ordering":
        assert "or answer this question later" in form.problem


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_any_text_may_be_sent(type, hostile):
    content, _ = EVERY_TYPE[type]
    names = ["answer", "step", "move", *(f"{n}_{k}" for n in ("pair", "place") for k in range(1, 5))]
    for data in (
        dict.fromkeys(names, hostile),
        {"answer": hostile, "step": "0"},
        {"answer": [hostile] * 3},
    ):
        form = answer_form(content, data=sent(**data))
        if form.is_valid():  # only what is typed can be anything
            assert type in ("short", "numeric")
            assert clean_answer(content, form.answer) == " ".join(hostile.split())
        html = drawn(form)
        assert "<script>alert" not in html
        assert '" onmouseover=' not in html


def with_another_key(content: ItemContent) -> tuple[ItemContent, dict]:
    """The same question with all that is right turned round, and the orders in which it looks the same."""
    choices, orders = content.choices, {"choice_order": content.keys}
    if content.type == ItemType.MATCHING:
        lefts = content.lefts
        orders["choice_order"] = [choice.key for choice in lefts]
        turned = [
            c.model_copy(update={"match": d.match}) for c, d in zip(lefts, reversed(lefts), strict=True)
        ]
        choices = (*turned, *choices[len(lefts) :])
        by_text = {choice.match: choice.key for choice in choices}
        orders["half_order"] = [by_text[half.match] for half in content.halves]
    elif content.type == ItemType.ORDERING:
        choices = choices[::-1]
    elif content.type in (ItemType.SHORT, ItemType.NUMERIC):
        choices = (ChoiceContent(key="z", text="999", is_correct=True, tolerance=5),)
    elif content.type == ItemType.BRANCHING:
        quality = {"good": "poor", "partial": "good", "poor": "partial"}
        nodes = [
            node.model_copy(
                update={
                    "choices": tuple(
                        c.model_copy(update={"quality": quality[c.quality], "why": "LEAK", "next": "badly"})
                        for c in node.choices
                    )
                }
            )
            for node in content.story.nodes
        ]
        return content.model_copy(update={"story": content.story.model_copy(update={"nodes": nodes})}), {}
    else:
        choices = [
            c.model_copy(update={"is_correct": not c.is_correct, "feedback": "LEAK", "indicator": 7})
            for c in choices
        ]
    return content.model_copy(update={"choices": tuple(choices), "explanation": "LEAK"}), orders


@pytest.mark.parametrize("type", EVERY_TYPE)
def test_the_page_is_the_same_whatever_the_key(type):
    content, _ = EVERY_TYPE[type]
    turned, orders = with_another_key(content)
    as_shown = {"choice_order": orders.get("choice_order")} if type != "branching" else {}

    assert turned != content
    assert drawn(answer_form(turned, **orders)) == drawn(answer_form(content, **as_shown))


def test_the_question_itself_is_the_heading_and_what_comes_before_it_is_not():
    form = answer_form(question("scenario", "a").model_copy(update={"stem": "One.\n\nTwo.\n\nWhat now?"}))

    assert (form.lead, form.heading) == ("One.\n\nTwo.", "What now?")


@pytest.mark.parametrize("type", [ItemType.MULTIPLE, ItemType.SIGNS])
def test_every_way_of_marking_is_said_in_words_of_its_own(type):
    rules = {rule_of(question(type, "a", mode=mode)) for mode in Mode}

    assert len(rules) == len(Mode)
    assert not any("correct" in rule or "marks" in rule for rule in rules)


def test_a_choice_that_counts_in_part_is_announced_without_saying_which():
    choices = (ChoiceContent(key="a", text="x", is_correct=True), ChoiceContent(key="b", text="y", share=50))
    content = ItemContent(type=ItemType.SINGLE, stem="?", choices=choices)

    assert rule_of(content) == "Choose the best answer. Another may count in part."


# --- Chosen ----------------------------------------------------------------------------------------


def test_choices_go_by_their_places_as_shown():
    content = question("single", "a")

    form = answer_form(content, choice_order=list("dcba"), data=sent(answer="2"))

    assert form.is_valid()
    assert form.answer == ["c"]
    assert [(option.place, option.text, option.is_chosen) for option in form.options] == [
        ("1", "text d", False),
        ("2", "text c", True),
        ("3", "text b", False),
        ("4", "text a", False),
    ]


@pytest.mark.parametrize("place", ["0", "5", "-1", "a", "1.0", "²"])
def test_a_place_that_is_not_there_is_refused(place):
    for type in ("single", "multiple", "signs"):
        form = answer_form(question(type, "a"), data=sent(answer=place))
        assert not form.is_valid()
        assert form.problem == "Select one of the answers below"


def test_signs_count_what_is_ticked():
    form = answer_form(question("signs", "ab"), data=sent(answer=["1", "3"]))

    assert form.is_valid()
    assert (form.answer, form.ticked) == (["a", "c"], 2)
    assert "2 of 4 sentences ticked" in words(drawn(form))


# --- Pairs -----------------------------------------------------------------------------------------


def test_pairs_are_told_by_places_and_some_may_be_left_open():
    content = matching("cat=meow", "dog=bark", "=moo")
    orders = {"choice_order": ["b", "a"], "half_order": ["c", "a", "b"]}

    form = answer_form(content, **orders, data=sent(pair_1="3", pair_2=""))

    assert form.is_valid()
    assert form.answer == {"b": "b"}
    assert [row.option.text for row in form.rows] == ["dog", "cat"]
    assert [text for _, text in form.rows[0].bound.field.choices] == ["Choose", "moo", "meow", "bark"]


def test_long_halves_are_listed_in_full_and_called_by_letters():
    content = matching(f"cat={'purr ' * 20}", "dog=bark")

    form = answer_form(content)

    assert form.are_long
    assert 'class="govuk-list app-halves"' in drawn(form)
    assert form.rows[0].bound.field.choices[2][1] == "B. bark"


# --- An order --------------------------------------------------------------------------------------


def test_an_order_is_given_by_numbers():
    form = answer_form(ordering("abcd"), choice_order=list("cadb"), data=sent(
        place_1="3", place_2="1", place_3="4", place_4="2"
    ))  # fmt: skip

    assert form.is_valid()
    assert form.answer == list("abcd")


def test_a_number_used_twice_is_named_and_everything_stays_as_it_was_entered():
    data = sent(place_1="2", place_2="2", place_3="3", place_4="4")
    form = answer_form(ordering("abcd"), data=data)

    assert form.problem == "Give each a number of its own: 2 is used more than once"
    assert [row.bound.value() for row in form.rows] == ["2", "2", "3", "4"]


@pytest.mark.parametrize(
    ("move", "order", "focus"),
    [
        ("up-3", "acbd", "up"),
        ("down-3", "abdc", "up"),  # at the bottom there is no button to move further down
        ("up-2", "bacd", "down"),
        ("up-1", "abcd", "down"),
        ("down-4", "abcd", "up"),
        ("up-99", "abcd", None),
    ],
)
def test_a_button_moves_an_item_and_keeps_the_focus_on_it(move, order, focus):
    data = sent(move=move, place_1="1", place_2="2", place_3="3", place_4="4")

    form = answer_form(ordering("abcd"), data=data)

    assert not form.is_valid()
    assert not form.errors
    assert [row.option.text for row in form.rows] == [f"text {key}" for key in order]
    assert [row.bound.value() for row in form.rows] == ["1", "2", "3", "4"]
    assert drawn(form).count("autofocus") == (1 if focus else 0)
    assert [row.focus for row in form.rows if row.focus] == ([focus] if focus else [])


def test_a_move_starts_from_the_numbers_that_were_entered():
    data = sent(move="up-1", place_1="3", place_2="1", place_3="2")

    form = answer_form(ordering("abc"), data=data)

    assert [row.option.text for row in form.rows] == ["text b", "text a", "text c"]
    assert form.notice == "“text a” is now number 2 of 3. This is not saved yet."


def test_only_buttons_that_move_are_shown():
    html = drawn(answer_form(ordering("abc")))

    assert [bool(re.search("hidden", tag)) for tag in re.findall(r"<button[^>]*>", html)] == [
        True, False, False, False, False, True,
    ]  # fmt: skip


# --- Typed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["12.5", "12,5", "1,250", "−3", " 7 ", "1 000"])
def test_a_number_with_a_full_stop_or_a_comma(typed):
    form = answer_form(numeric("1"), data=sent(answer=typed))

    assert form.is_valid()
    assert form.answer == typed.strip()


@pytest.mark.parametrize("typed", ["many", "1.2.3", "12 days", "--3", "1e5", "NaN", "½", "9" * 500])
def test_what_is_no_number_is_said_and_kept(typed):
    form = answer_form(numeric("1"), data=sent(answer=typed))

    assert form.problem == "Type the answer as one number in figures, such as 12 or 2.5"
    assert f'value="{typed}"' in drawn(form)
    assert 'inputmode="decimal"' in drawn(form)


def test_a_short_answer_has_an_end():
    form = answer_form(short("x"), data=sent(answer="y" * 401))

    assert form.problem == "Use at most 400 characters"
    assert answer_form(short("x"), data=sent(answer="y" * 400)).is_valid()


# --- A story ---------------------------------------------------------------------------------------


def chosen(form, key: str) -> str:
    """The place at which the choice `key` is shown."""
    return next(str(n) for n, choice in form._shown(form.node) if choice.key == key)


def test_a_story_is_told_one_decision_at_a_time():
    content, path = story(), []
    for key in "bgg":
        form = answer_form(content, answer=path)
        form = answer_form(content, answer=path, data=sent(step=str(len(path)), answer=chosen(form, key)))
        assert form.is_valid()
        path = form.answer

    assert path == [["start", "b"], ["detour", "g"], ["next", "g"]]
    end = answer_form(content, answer=path)
    assert end.is_over
    assert [taken.label for taken in end.way] == ["label b", "label g", "label g"]
    assert "How it ends" in drawn(end)
    assert 'type="radio"' not in drawn(end)


def test_the_order_of_a_decision_is_not_that_of_its_editor():
    """Editors write the best choice first."""
    firsts = set()
    for number in range(12):
        content = story()
        nodes = [node.model_copy(update={"key": f"{node.key}{number}"}) for node in content.story.nodes]
        form = answer_form(
            content.model_copy(update={"story": content.story.model_copy(update={"nodes": nodes})})
        )
        firsts.add(form.options[0].text)

    assert len(firsts) > 1


def test_the_same_decision_twice_is_harmless_and_another_one_changes_nothing():
    content = story()
    place = chosen(answer_form(content), "p")
    other = chosen(answer_form(content), "g")

    same = answer_form(content, answer=[["start", "p"]], data=sent(step="0", answer=place))
    late = answer_form(content, answer=[["start", "p"]], data=sent(step="0", answer=other))

    assert same.is_repeat
    assert not late.is_repeat
    assert "that decision stands" in late.notice
    for form in (same, late):
        assert not form.is_valid()
        assert form.node.key == "next"


def test_a_story_that_is_only_begun_to_be_written_can_be_previewed():
    content = ItemContent(type=ItemType.BRANCHING, stem="A story")

    assert "This story has no decision yet." in drawn(answer_form(content))
