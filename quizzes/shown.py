"""What the feedback templates receive. A value that may not be shown is empty here: no template can leak it."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from library.models import Indicator


@dataclass(frozen=True)
class ChoiceRow:
    """One answer. label: whose answer it is and whether it is right, as far as that may be told."""

    text: str
    label: str = ""
    feedback: str = ""
    image: Any = None
    image_alt: str = ""


@dataclass(frozen=True)
class ShownChoices:
    template: ClassVar[str] = "quizzes/_feedback_choices.html"
    rows: list[ChoiceRow]


@dataclass(frozen=True)
class SentenceRow:
    """One sentence of the text. tone: of its label: "" a sign noticed, "strong" something to look at again."""

    text: str
    label: str = ""
    tone: str = ""
    feedback: str = ""
    indicator: Indicator | None = None


@dataclass(frozen=True)
class ShownSigns:
    """The text again. summary: how many signs were noticed and how many sentences are none."""

    template: ClassVar[str] = "quizzes/_feedback_signs.html"
    rows: list[SentenceRow]
    summary: str = ""


@dataclass(frozen=True)
class PairRow:
    left: str
    yours: str
    label: str = ""
    right: str = ""
    feedback: str = ""
    image: Any = None
    image_alt: str = ""


@dataclass(frozen=True)
class ShownPairs:
    template: ClassVar[str] = "quizzes/_feedback_pairs.html"
    rows: list[PairRow]


@dataclass(frozen=True)
class PlaceRow:
    text: str
    note: str = ""
    feedback: str = ""
    image: Any = None
    image_alt: str = ""


@dataclass(frozen=True)
class ShownOrder:
    """yours: the learner's order.  right: texts in the right order, empty when it may not be shown."""

    template: ClassVar[str] = "quizzes/_feedback_order.html"
    yours: list[PlaceRow]
    right: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ShownTyped:
    template: ClassVar[str] = "quizzes/_feedback_typed.html"
    yours: str
    accepted: list[str] = field(default_factory=list)
    feedback: str = ""
    accepted_feedback: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """One decision met. best: what would have been best, empty when it was chosen or may not be shown."""

    text: str
    question: str
    yours: str
    label: str = ""
    why: str = ""
    best: str = ""
    best_why: str = ""


@dataclass(frozen=True)
class ShownStory:
    """ending is empty for a way that did not come to an end."""

    template: ClassVar[str] = "quizzes/_feedback_story.html"
    rows: list[DecisionRow]
    ending: str = ""
    debrief: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownResponse:
    """One question as its learner may see it. verdict, marks and rule are in words, empty when not shown."""

    position: int
    stem: str
    answer: Any
    is_answered: bool
    verdict: str = ""
    marks: str = ""
    rule: str = ""
    confidence: str = ""
    explanation: str = ""
    correction: str = ""
    image: Any = None
    image_alt: str = ""

    @property
    def _parts(self) -> tuple[str, str]:
        """A story's stem begins with its name; elsewhere the question itself is the last paragraph."""
        if isinstance(self.answer, ShownStory):
            heading, _, lead = self.stem.strip().partition("\n\n")
        else:
            lead, _, heading = self.stem.strip().rpartition("\n\n")
        return lead, heading

    @property
    def lead(self) -> str:
        return self._parts[0]

    @property
    def heading(self) -> str:
        return self._parts[1]

    @property
    def tone(self) -> str:
        """How the verdict's tag looks; its words say the same."""
        return "" if self.verdict in ("Right", "Full marks for everybody") else "strong"
