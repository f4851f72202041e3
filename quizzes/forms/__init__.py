"""The form of one question, for learners' pages and for editors' previews."""

from collections.abc import Mapping, Sequence
from typing import Any

from quizzes.content import ItemContent, ItemType
from quizzes.forms.arranging import MatchingForm, OrderingForm
from quizzes.forms.base import AnswerForm
from quizzes.forms.choosing import ManyForm, OneForm, SignsForm
from quizzes.forms.story import StoryForm
from quizzes.forms.typed import NumericForm, ShortForm

FORMS: dict[str, type[AnswerForm]] = {
    ItemType.SINGLE: OneForm,
    ItemType.TRUE_FALSE: OneForm,
    ItemType.SCENARIO: OneForm,
    ItemType.MULTIPLE: ManyForm,
    ItemType.SIGNS: SignsForm,
    ItemType.MATCHING: MatchingForm,
    ItemType.ORDERING: OrderingForm,
    ItemType.SHORT: ShortForm,
    ItemType.NUMERIC: NumericForm,
    ItemType.BRANCHING: StoryForm,
}


def answer_form(
    content: ItemContent,
    *,
    choice_order: Sequence[str] | None = None,
    half_order: Sequence[str] | None = None,
    answer: Any = None,
    data: Mapping | None = None,
) -> AnswerForm:
    """Return the form of a question; `quizzes/_question.html` draws it as `form`.

    choice_order, half_order: keys as shown, as a Response has them; None shows them as they are written.
    answer: what was saved (see quizzes.content for the shapes).  data: what was posted.
    """
    if choice_order is None:
        choices = content.lefts if content.type == ItemType.MATCHING else content.choices
        choice_order = [choice.key for choice in choices]
    if half_order is None:
        half_order = [choice.key for choice in content.halves] if content.type == ItemType.MATCHING else []
    return FORMS[content.type](content, choice_order, half_order, answer, data)
