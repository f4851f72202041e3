"""What the forms of all types of question share."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property

from quizzes.content import ChoiceContent, ItemContent
from quizzes.forms.rules import rule_of
from quizzes.pictures import media_of, pictures_of

LATER = "or answer this question later"
OFFERED = "Select one of the answers below"


@dataclass(frozen=True)
class Option:
    """One answer as it is shown. place: from 1, as a page names it.  picture: None or an image."""

    place: str
    html_id: str
    text: str
    is_chosen: bool = False
    picture: Any = None
    alt: str = ""


class AnswerForm(forms.Form):
    """One question as it is asked. Answers go by their places as shown, from 1: pages never carry the bank's keys.

    After is_valid(), `answer` has the shape that its type has (see quizzes.content).
    notice: what happened to what was sent, where that is no mistake in a field.
    """

    fields_template: str
    #: The heading is the label of the one field, else the legend of several.
    has_one_field = False
    #: Once saved, the learner stays at this question: a story goes on.
    stays = False
    #: What was sent says what is saved already.
    is_repeat = False
    notice = ""

    def __init__(
        self,
        content: ItemContent,
        choice_order: Sequence[str],
        half_order: Sequence[str],
        saved: Any = None,
        data: Mapping | None = None,
    ):
        super().__init__(data)
        self.content = content
        self.choice_order = list(choice_order)
        self.half_order = list(half_order)
        self.saved = saved
        self.add_fields()

    def add_fields(self) -> None:
        raise NotImplementedError

    @property
    def answer(self) -> Any:
        raise NotImplementedError

    @property
    def is_over(self) -> bool:
        """Nothing is left to answer here; sending the form leads on."""
        return False

    @property
    def first_id(self) -> str:
        """Of the field where the answer begins."""
        return "id_answer"

    @cached_property
    def _paragraphs(self) -> list[str]:
        return [part.strip() for part in re.split(r"\n\s*\n", self.content.stem.strip())]

    @property
    def lead(self) -> str:
        """What comes before the question itself: all but its last paragraph."""
        return "\n\n".join(self._paragraphs[:-1])

    @property
    def heading(self) -> str:
        return self._paragraphs[-1]

    @property
    def rule(self) -> str:
        """How the answer is marked, in a sentence or two."""
        return rule_of(self.content)

    @property
    def problem(self) -> str:
        """What is wrong with what was sent, in one line."""
        return " ".join(dict.fromkeys(error for errors in self.errors.values() for error in errors))

    @cached_property
    def _pictures(self) -> dict:
        return pictures_of(self.content)

    @property
    def picture(self):
        return self._pictures.get(self.content.image)

    @cached_property
    def recording(self):
        """The question's video or sound, None without one."""
        return media_of(self.content)

    def option(self, place: int, key: str, *, name: str = "answer", is_chosen: bool = False) -> Option:
        """The first bears the field's own id, where a link from the list of errors leads."""
        choice: ChoiceContent = self.content.choice(key)
        html_id = f"id_{name}" if place == 1 else f"id_{name}-{place}"
        picture = self._pictures.get(choice.image)
        return Option(str(place), html_id, choice.text, is_chosen, picture, choice.image_alt)
