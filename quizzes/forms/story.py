"""A branching scenario: one decision at a time, and nobody goes back."""

import hashlib
from dataclasses import dataclass

from django import forms
from django.utils.functional import cached_property

from quizzes.content import DecisionContent, EndingContent, NodeContent, StoryContent
from quizzes.forms.base import LATER, OFFERED, AnswerForm, Option

DECIDED = (
    "You made this decision before, in another tab or on another device. "
    "In a story nobody goes back, so that decision stands. Go on from here."
)


@dataclass(frozen=True)
class Taken:
    """A decision on the way so far."""

    number: int
    text: str
    question: str
    label: str


class StoryForm(AnswerForm):
    """The decision that comes next, or the ending.

    step: how many decisions lay behind the page that was sent, so that an old page changes nothing.
    is_repeat: the same decision came twice, which is harmless.
    """

    fields_template = "quizzes/answers/story.html"
    stays = True

    def __init__(self, content, choice_order, half_order, saved=None, data=None):
        story = content.story or StoryContent(nodes=(), endings=())
        self.story, self.path = story, [list(step) for step in saved or ()]
        self.place = story.place_after(self.path) if story.nodes else ""
        self.order = {key: number for number, key in enumerate(choice_order)}
        if data is not None and not self._is_now(data):
            data = None
        super().__init__(content, choice_order, half_order, saved, data)

    def _is_now(self, data) -> bool:
        """Say whether the page sent is the latest; of an older one, find out whether it says the same."""
        step = data.get("step", "")
        if step == str(len(self.path)):
            return True
        if step.isascii() and step.isdigit() and len(step) < 4 and int(step) < len(self.path):
            node_key, chosen = self.path[int(step)]
            shown = self._shown(self.story.node(node_key))
            self.is_repeat = (data.get("answer"), chosen) in [(str(n), c.key) for n, c in shown]
        self.notice = "" if self.is_repeat else DECIDED
        return False

    @property
    def heading(self) -> str:
        """A story opens with its title."""
        return self._paragraphs[0]

    @property
    def lead(self) -> str:
        return "\n\n".join(self._paragraphs[1:])

    def add_fields(self):
        self.fields["step"] = forms.CharField(widget=forms.HiddenInput, initial=str(len(self.path)))
        if self.node:
            self.fields["answer"] = forms.ChoiceField(
                choices=[(str(place), choice.label) for place, choice in self._shown(self.node)],
                label=self.node.question,
                widget=forms.RadioSelect,
                error_messages={"required": f"Select what you do, {LATER}", "invalid_choice": OFFERED},
            )

    def _shown(self, node: NodeContent) -> list[tuple[int, DecisionContent]]:
        """A decision's choices by place. Editors write the best first; here they stand in an order that says nothing."""

        def place(choice: DecisionContent):
            digest = hashlib.sha256(f"{node.key}/{choice.key}".encode()).hexdigest()
            return self.order.get(choice.key, len(self.order)), digest

        return list(enumerate(sorted(node.choices, key=place), start=1))

    @property
    def node(self) -> NodeContent | None:
        return self.story.node(self.place)

    @property
    def ending(self) -> EndingContent | None:
        return self.story.ending(self.place)

    @property
    def is_over(self) -> bool:
        return self.ending is not None

    @property
    def step_number(self) -> int:
        return len(self.path) + 1

    @property
    def answer(self) -> list[list[str]]:
        if not self.node:
            return self.path
        choices = dict(self._shown(self.node))
        return [*self.path, [self.node.key, choices[int(self.cleaned_data["answer"])].key]]

    @cached_property
    def options(self) -> list[Option]:
        value = self["answer"].value()
        return [
            Option(str(n), "id_answer" if n == 1 else f"id_answer-{n}", choice.label, str(n) == value)
            for n, choice in self._shown(self.node)
        ]

    @cached_property
    def way(self) -> list[Taken]:
        found = []
        for number, (node_key, choice_key) in enumerate(self.path, start=1):
            node = self.story.node(node_key)
            label = next(choice.label for choice in node.choices if choice.key == choice_key)
            found.append(Taken(number, node.text, node.question, label))
        return found
