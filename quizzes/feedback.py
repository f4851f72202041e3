"""One answered question, told to its learner as far as the quiz allows.

What `shown` (values of Feedback) opens:

===========  ======================================================================================
score        the marks, and the rule by which several answers are marked
correctness  whether the answer, and each part of it that the learner gave, is right
reasons      the feedback on what the learner chose; in a story, why each choice was good or not
key          all of it: the right answers with their feedback, signs that were missed, the best
             choices, the general explanation; correctness is told with it
===========  ======================================================================================

The learner's own answer is always told. A question that a correction set aside has no right answer any more:
its key and its feedback are not told to anybody.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.utils import timezone
from django.utils.formats import date_format
from wagtail.images import get_image_model

from library.models import Indicator
from quizzes.content import (
    MANY_CHOICES,
    ONE_CHOICE,
    ChoiceContent,
    ItemContent,
    ItemType,
    Mode,
    Quality,
)
from quizzes.marking import accepts, marks_for, number_of
from quizzes.marking import share_of as share_of_choice
from quizzes.models import Confidence, Credit, Feedback, Regrade, RegradeAction, Response
from quizzes.pictures import WIDTHS
from quizzes.scoring import carried, key_of, share_of
from quizzes.shown import (
    ChoiceRow,
    DecisionRow,
    PairRow,
    PlaceRow,
    SentenceRow,
    ShownChoices,
    ShownOrder,
    ShownPairs,
    ShownResponse,
    ShownSigns,
    ShownStory,
    ShownTyped,
)

NOT_ANSWERED = "Not answered"
RULES = {
    Mode.RIGHT_MINUS_WRONG: "A wrong answer takes away a right one, never below zero.",
    Mode.ALL_OR_NOTHING: "Marks are given only when everything is right.",
    Mode.EACH_DECISION: "Each answer counts that is rightly chosen or rightly left out.",
    Mode.OWN_SHARES: "Each answer has its own share of the marks.",
}
QUALITIES = {
    Quality.GOOD: "a good choice",
    Quality.PARTIAL: "partly right",
    Quality.POOR: "there was a better choice",
}
CREDITED = {Credit.FULL: "Full marks for everybody", Credit.LEFT_OUT: "Left out of the score"}
CREDITING = {Credit.FULL: RegradeAction.FULL, Credit.LEFT_OUT: RegradeAction.LEAVE_OUT}


@dataclass(frozen=True)
class References:
    """What answered questions refer to, loaded for all of them at once.

    corrections: (item id, action) -> the latest correction of that kind.
    """

    indicators: dict[int, Indicator] = field(default_factory=dict)
    images: dict = field(default_factory=dict)
    corrections: dict[tuple[int, str], Regrade] = field(default_factory=dict)


def references_of(responses: Iterable[Response]) -> References:
    """Return what `responses`, loaded with their versions, refer to: at most four queries however many."""
    responses = list(responses)
    contents = [
        content for r in responses for content in {id(c): c for c in (r.version.content, key_of(r))}.values()
    ]
    choices = [choice for content in contents for choice in content.choices]
    signs = {choice.indicator for choice in choices} - {None}
    pictures = {part.image for part in (*contents, *choices)} - {None}
    corrected = {r.version.item_id for r in responses if r.credit or r.marked_with_id}
    images = get_image_model().objects.prefetch_renditions(*WIDTHS)
    regrades = Regrade.objects.filter(item__in=corrected).order_by("decided_at", "pk") if corrected else ()
    return References(
        indicators=Indicator.objects.in_bulk(signs) if signs else {},
        images=images.in_bulk(pictures) if pictures else {},
        corrections={(regrade.item_id, regrade.action): regrade for regrade in regrades},
    )


def feedback_of(
    response: Response, shown: Collection[str], references: References | None = None
) -> ShownResponse:
    """Return one answered question as far as `shown` allows; see the table above.

    references: for a list of questions, what `references_of` returns for all of them.
    """
    references = references or references_of([response])
    return _Telling(response, frozenset(shown), references).response()


class _Telling:
    """Builds what one response shows. `drawn` is the question as it was asked, `key` the one that marks it."""

    def __init__(self, response: Response, shown: frozenset[str], references: References):
        self.given, self.references = response, references
        self.drawn: ItemContent = response.version.content
        key = key_of(response)
        self.key: ItemContent = key if key.type == self.drawn.type else self.drawn
        told = frozenset() if response.credit else shown
        self.tells_key = Feedback.KEY in told
        self.tells_right = self.tells_key or Feedback.CORRECTNESS in told
        self.tells_why = Feedback.REASONS in told
        self.tells_score = Feedback.SCORE in shown
        self.tells_correction = bool(shown - {Feedback.REASONS})
        self.answer = response.answer
        self.carried = carried(self.key, self.drawn, response.answer)

    def response(self) -> ShownResponse:
        tell = {
            ItemType.SIGNS: self.signs,
            ItemType.MATCHING: self.pairs,
            ItemType.ORDERING: self.order,
            ItemType.SHORT: self.typed,
            ItemType.NUMERIC: self.typed,
            ItemType.BRANCHING: self.story,
        }.get(self.drawn.type, self.choices)
        return ShownResponse(
            position=self.given.position,
            stem=self.drawn.stem,
            answer=tell(),
            is_answered=bool(self.answer),
            verdict=self.verdict(),
            marks=self.marks(),
            rule=RULES[self.key.mode] if self.tells_score and self.drawn.type in MANY_CHOICES else "",
            confidence=Confidence(self.given.confidence).label if self.given.confidence else "",
            explanation=self.key.explanation if self.tells_key else "",
            correction=self.correction(),
            **self.picture(self.drawn),
        )

    def picture(self, part: ItemContent | ChoiceContent) -> dict:
        return {"image": self.references.images.get(part.image), "image_alt": part.image_alt}

    # --- The whole answer --------------------------------------------------------------------------

    def verdict(self) -> str:
        if self.given.credit and self.tells_correction:
            return CREDITED[self.given.credit]
        if not self.answer:
            return NOT_ANSWERED
        return _verdict_on(share_of(self.given)) if self.tells_right else ""

    def marks(self) -> str:
        if not self.tells_score or self.given.credit == Credit.LEFT_OUT:
            return ""
        possible = self.given.marks_possible
        unit = "mark" if possible == 1 else "marks"
        earned = round(marks_for(share_of(self.given), possible), 2)
        return f"{_number(earned)} of {_number(possible)} {unit}"

    def correction(self) -> str:
        """Say that a correction changed how this answer is marked; not while nothing about it may be told."""
        given = self.given
        if not self.tells_correction:
            return ""
        action = CREDITING.get(given.credit, RegradeAction.KEY)
        if not given.credit and given.marked_with_id in (None, given.version_id):
            return ""
        regrade = self.references.corrections.get((given.version.item_id, action))
        when = f" on {date_format(timezone.localtime(regrade.decided_at), 'j F Y')}" if regrade else ""
        return {
            RegradeAction.FULL: f"We corrected this question{when}: everybody received full marks.",
            RegradeAction.LEAVE_OUT: f"We corrected this question{when}: it counts for nobody’s score any more.",
            RegradeAction.KEY: f"We corrected the right answer to this question{when} and marked yours again.",
        }[action]

    # --- Part by part ------------------------------------------------------------------------------

    def is_right(self, choice: ChoiceContent) -> bool:
        if self.key.mode == Mode.OWN_SHARES and self.key.type in MANY_CHOICES:
            return share_of_choice(choice) > 0
        return choice.is_correct or share_of_choice(choice) == 1

    def _in_both(self, key: str) -> tuple[ChoiceContent, ChoiceContent]:
        """Return the answer as it was drawn and as the key has it; one that the key dropped is not right."""
        drawn = self.drawn.choice(key)
        return drawn, self.key.choice(key) or drawn.model_copy(update={"is_correct": False, "share": None})

    def feedback_on(self, choice: ChoiceContent, *, given: bool, right: bool) -> str:
        return choice.feedback if (given and self.tells_why) or (right and self.tells_key) else ""

    def choices(self) -> ShownChoices:
        rows = []
        for key in self.given.choice_order:
            drawn, choice = self._in_both(key)
            given, right = key in (self.answer or ()), self.is_right(choice)
            rows.append(
                ChoiceRow(
                    text=drawn.text,
                    label=self._label(choice, given=given, right=right),
                    feedback=self.feedback_on(choice, given=given, right=right),
                    **self.picture(drawn),
                )
            )
        return ShownChoices(rows + (self._added() if self.tells_key else []))

    def _label(self, choice: ChoiceContent, *, given: bool, right: bool) -> str:
        share = share_of_choice(choice) if self.drawn.type in ONE_CHOICE else Fraction(int(right))
        if given and self.tells_right:
            return f"Your answer, {_verdict_on(share).lower()}"
        if given:
            return "Your answer"
        if not self.tells_key or share <= 0:
            return ""
        return "Right answer" if share == 1 else "Partly right answer"

    def _added(self) -> list[ChoiceRow]:
        """Right answers that the correction brought: they were not there to be chosen."""
        asked = set(self.drawn.keys)
        return [
            ChoiceRow(
                c.text, "Right answer, added when we corrected the question", c.feedback, **self.picture(c)
            )
            for c in self.key.choices
            if c.key not in asked and self.is_right(c)
        ]

    def signs(self) -> ShownSigns:
        rows, chosen = [], set(self.answer or ())
        signs = [key for key in self.drawn.keys if self.is_right(self._in_both(key)[1])]
        for key in self.drawn.keys:
            drawn, choice = self._in_both(key)
            given, right = key in chosen, key in signs
            label, tone = self._sign_label(given=given, right=right)
            told = right and ((given and self.tells_right) or self.tells_key)
            rows.append(
                SentenceRow(
                    text=drawn.text,
                    label=label,
                    tone=tone,
                    feedback=self.feedback_on(choice, given=given, right=right),
                    indicator=self.references.indicators.get(choice.indicator) if told else None,
                )
            )
        return ShownSigns(rows, self._sign_summary(chosen, set(signs)) if self.tells_right else "")

    def _sign_label(self, *, given: bool, right: bool) -> tuple[str, str]:
        if given and self.tells_right:
            return (
                ("You noticed this sign", "") if right else ("You ticked this, but it is no sign", "strong")
            )
        if given:
            return "You ticked this", "quiet"
        return ("A sign that you did not tick", "strong") if right and self.tells_key else ("", "")

    def _sign_summary(self, chosen: set[str], signs: set[str]) -> str:
        hits, alarms = len(chosen & signs), len(chosen - signs)
        of_all = f" of {len(signs)}" if self.tells_key else ""
        noticed = f"You noticed {hits}{of_all} sign{'' if (len(signs) if of_all else hits) == 1 else 's'}."
        if not alarms:
            return noticed
        return f"{noticed} {alarms} ticked sentence{' is' if alarms == 1 else 's are'} no sign."

    def pairs(self) -> ShownPairs:
        lefts = [self.drawn.choice(key) for key in self.given.choice_order]
        return ShownPairs([self._pair(left) for left in lefts])

    def _pair(self, left: ChoiceContent) -> PairRow:
        half, known = (self.answer or {}).get(left.key), self.key.choice(left.key)
        now = (self.carried or {}).get(left.key)
        right = bool(known and now and self.key.choice(now).match == known.match)
        label = (
            f"Your answer, {'right' if right else 'not right'}"
            if half and self.tells_right
            else "Your answer"
        )
        return PairRow(
            left=left.text,
            yours=self.drawn.choice(half).match if half else NOT_ANSWERED.lower(),
            label=label,
            right=known.match if known and self.tells_key and not right else "",
            feedback=self.feedback_on(known, given=right, right=True) if known else "",
            **self.picture(left),
        )

    def order(self) -> ShownOrder:
        places = {key: place for place, key in enumerate(self.key.keys, start=1)}
        yours = []
        for place, key in enumerate(self.answer or (), start=1):
            drawn, choice = self._in_both(key)
            right = places.get(key) == place
            note = ("in its place" if right else "not in its place") if self.tells_right else ""
            if note and not right and self.tells_key and key in places:
                note = f"belongs in place {places[key]}"
            feedback = self.feedback_on(choice, given=right, right=True)
            yours.append(PlaceRow(drawn.text or drawn.image_alt, note, feedback, **self.picture(drawn)))
        wrong = self.carried != self.key.keys
        right = [choice.text or choice.image_alt for choice in self.key.choices]
        return ShownOrder(yours, right if self.tells_key and wrong else [])

    def typed(self) -> ShownTyped:
        right = [choice for choice in self.key.choices if share_of_choice(choice) > 0]
        typed = self.answer or ""
        accepting = [choice for choice in self.key.choices if typed and accepts(self.key, choice, typed)]
        best = max(accepting, key=share_of_choice, default=None)
        is_full = bool(best and share_of_choice(best) == 1)
        return ShownTyped(
            yours=typed or NOT_ANSWERED.lower(),
            accepted=[_accepted(self.key, choice) for choice in right] if self.tells_key else [],
            feedback=self.feedback_on(best, given=True, right=is_full) if best else "",
            accepted_feedback=right[0].feedback if right and self.tells_key and not is_full else "",
        )

    def story(self) -> ShownStory:
        path = self.answer or []
        told = self.key.story if self.carried else self.drawn.story
        end = told.ending(told.place_after(path)) if path else None
        rows = [self._decision(told.node(node), choice) for node, choice in path]
        return ShownStory(rows, end.text if end else "", told.debrief if end else ())

    def _decision(self, node, key: str) -> DecisionRow:
        taken = next(choice for choice in node.choices if choice.key == key)
        best = next((choice for choice in node.choices if choice.quality == Quality.GOOD), None)
        tells_best = bool(best and self.tells_key and taken.quality != Quality.GOOD)
        return DecisionRow(
            text=node.text,
            question=node.question,
            yours=taken.label,
            label=f"Your choice, {QUALITIES[taken.quality]}" if self.tells_right else "Your choice",
            why=taken.why if self.tells_why or (self.tells_key and taken.quality == Quality.GOOD) else "",
            best=best.label if tells_best else "",
            best_why=best.why if tells_best else "",
        )


def _verdict_on(share: Fraction) -> str:
    if share <= 0:
        return "Not right"
    return "Right" if share >= 1 else "Partly right"


def _accepted(content: ItemContent, choice: ChoiceContent) -> str:
    """Return an accepted answer in words: how far off a number may be, what stands for any words."""
    part = "" if share_of_choice(choice) == 1 else ", for part of the marks"
    if content.type != ItemType.NUMERIC:
        return f"{choice.text.replace('*', '…')}{part}"
    wanted = number_of(choice.text)
    if not choice.tolerance or wanted is None:
        return f"{choice.text}{part}"
    low, high = _number(wanted - choice.tolerance), _number(wanted + choice.tolerance)
    return f"{choice.text}; anything from {low} to {high} is accepted{part}"


def _number(value: Decimal) -> str:
    """Return `value` with at most six places and no zeros that say nothing."""
    text = format(round(value, 6), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def feedback_on_all(responses: Sequence[Response], shown: Collection[str]) -> list[ShownResponse]:
    """Return every question of `responses`, loaded with their versions."""
    references = references_of(responses)
    return [feedback_of(response, shown, references) for response in responses]
