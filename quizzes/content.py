"""What a question says, as plain values without a database. A version keeps them as JSON and never changes.

Shapes of an answer (`Response.answer`), `None` when blank:

=====================================  ==================================================
single, truefalse, scenario            [key]
multiple, signs                        [key, …] in any order
ordering                               [key, …], every key once, first place first
matching                               {key of the left half: key whose other half was chosen}
short, numeric                         the text as typed
branching                              [[node, key], …], the way taken from the first node
=====================================  ==================================================
"""

from decimal import Decimal

from django.db import models
from pydantic import BaseModel, ConfigDict


class ItemType(models.TextChoices):
    SINGLE = "single", "Single choice"
    MULTIPLE = "multiple", "Multiple response"
    TRUE_FALSE = "truefalse", "True or false"
    SCENARIO = "scenario", "Case with one best answer"
    MATCHING = "matching", "Matching"
    ORDERING = "ordering", "Ordering"
    SHORT = "short", "Short answer"
    NUMERIC = "numeric", "Number"
    SIGNS = "signs", "Spot the signs"
    BRANCHING = "branching", "Branching scenario"


#: One answer is chosen of several.
ONE_CHOICE = frozenset({ItemType.SINGLE, ItemType.TRUE_FALSE, ItemType.SCENARIO})
#: Any number of answers is chosen.
MANY_CHOICES = frozenset({ItemType.MULTIPLE, ItemType.SIGNS})
#: The answer is typed.
TYPED = frozenset({ItemType.SHORT, ItemType.NUMERIC})
#: Types whose answers are shown in the order in which they were written.
NEVER_SHUFFLED = frozenset({ItemType.TRUE_FALSE, ItemType.SIGNS, *TYPED, ItemType.BRANCHING})


class Mode(models.TextChoices):
    """How several choices are marked. Matching and ordering earn per pair or place unless all or nothing."""

    RIGHT_MINUS_WRONG = "rightminuswrong", "Right minus wrong, never below zero"
    ALL_OR_NOTHING = "allornothing", "All or nothing"
    EACH_DECISION = "eachdecision", "Each decision counts"
    OWN_SHARES = "shares", "Each answer’s own percentage"


class Quality(models.TextChoices):
    """How good a choice in a branching scenario is."""

    GOOD = "good", "Good"
    PARTIAL = "partial", "Partly right"
    POOR = "poor", "Poor"


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ChoiceContent(Frozen):
    """One answer. `key` names the same answer in every version of its question and says nothing about it.

    matching: `text` is the left half, `match` the other; an empty `text` is an extra other half.
    short: `text` is an accepted answer. numeric: `text` is the number, `tolerance` how far off is still right.
    share: per cent of the marks, −100 to 100, for an answer with a share of its own.
    image: primary key of a picture.  indicator: primary key of the sign that a sentence is.
    """

    key: str
    text: str = ""
    is_correct: bool = False
    feedback: str = ""
    match: str = ""
    share: Decimal | None = None
    tolerance: Decimal | None = None
    image: int | None = None
    image_alt: str = ""
    indicator: int | None = None


class DecisionContent(Frozen):
    """One choice at a node of a branching scenario; `next` names a node or an ending."""

    key: str
    label: str
    quality: Quality
    why: str
    next: str


class NodeContent(Frozen):
    key: str
    text: str
    question: str
    choices: tuple[DecisionContent, ...]


class EndingContent(Frozen):
    key: str
    text: str


class StoryContent(Frozen):
    """A branching scenario. It begins at the first node."""

    nodes: tuple[NodeContent, ...]
    endings: tuple[EndingContent, ...]
    debrief: tuple[str, ...] = ()

    def node(self, key: str) -> NodeContent | None:
        return next((node for node in self.nodes if node.key == key), None)

    def ending(self, key: str) -> EndingContent | None:
        return next((ending for ending in self.endings if ending.key == key), None)

    def place_after(self, path) -> str:
        """Return the key of the node or ending where the way `path`, [[node, key], …], leads.

        Raises ValueError for a way that the story does not offer.
        """
        place = self.nodes[0].key
        for node_key, choice_key in path:
            node = self.node(node_key)
            taken = node and next((c for c in node.choices if c.key == choice_key), None)
            if node_key != place or taken is None:
                raise ValueError("the story offers no such way")
            place = taken.next
        return place


class ItemContent(Frozen):
    """A whole question. stem and explanation are plain text, a blank line between paragraphs."""

    type: ItemType
    stem: str
    choices: tuple[ChoiceContent, ...] = ()
    story: StoryContent | None = None
    marks: Decimal = Decimal(1)
    mode: Mode = Mode.RIGHT_MINUS_WRONG
    explanation: str = ""
    content_note: str = ""
    outcomes: tuple[str, ...] = ()
    is_case_sensitive: bool = False
    shuffle: bool = True
    image: int | None = None
    image_alt: str = ""
    media: int | None = None

    def choice(self, key: str) -> ChoiceContent | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    @property
    def keys(self) -> list[str]:
        return [choice.key for choice in self.choices]

    @property
    def lefts(self) -> list[ChoiceContent]:
        """Left halves of a matching question."""
        return [choice for choice in self.choices if choice.text]

    @property
    def halves(self) -> list[ChoiceContent]:
        """Other halves of a matching question, each text once."""
        return list({choice.match: choice for choice in reversed(self.choices)}.values())[::-1]
