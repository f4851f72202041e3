"""Questions whose answers are arranged: pairs and an order. Both work by keyboard and without a script."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import cached_property

from quizzes.forms.base import LATER, OFFERED, AnswerForm, Option

#: Halves longer than this are listed in full above the boxes, which a narrow screen cuts off.
LONG_HALF = 40
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Row:
    """A left half or an item to order, with the box of its own beside it."""

    option: Option
    bound: Any
    number: int
    is_first: bool = False
    is_last: bool = False
    focus: str = ""


class MatchingForm(AnswerForm):
    """One box for each left half."""

    fields_template = "quizzes/answers/matching.html"

    def add_fields(self):
        shown = [("", "Choose"), *((str(n), text) for n, text in enumerate(self._lettered, start=1))]
        for number, key in enumerate(self.choice_order, start=1):
            half = (self.saved or {}).get(key)
            self.fields[f"pair_{number}"] = forms.ChoiceField(
                choices=shown,
                required=False,
                label=self.content.choice(key).text,
                initial=str(self.half_order.index(half) + 1) if half in self.half_order else "",
                error_messages={"invalid_choice": OFFERED},
            )

    @cached_property
    def halves(self) -> list[str]:
        return [self.content.choice(key).match for key in self.half_order]

    @property
    def are_long(self) -> bool:
        return any(len(half) > LONG_HALF for half in self.halves) and len(self.halves) <= len(LETTERS)

    @property
    def _lettered(self) -> list[str]:
        if not self.are_long:
            return self.halves
        return [f"{letter}. {half}" for letter, half in zip(LETTERS, self.halves, strict=False)]

    def clean(self):
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("pair_1", f"Choose at least one, {LATER}")
        return self.cleaned_data

    @property
    def first_id(self) -> str:
        return "id_pair_1"

    @property
    def answer(self) -> dict[str, str]:
        sent = [self.cleaned_data[f"pair_{n}"] for n in range(1, len(self.choice_order) + 1)]
        pairs = zip(self.choice_order, sent, strict=True)
        return {key: self.half_order[int(place) - 1] for key, place in pairs if place}

    @cached_property
    def rows(self) -> list[Row]:
        return [
            Row(self.option(number, key, name=f"pair_{number}"), self[f"pair_{number}"], number)
            for number, key in enumerate(self.choice_order, start=1)
        ]


class OrderingForm(AnswerForm):
    """A number for each item, and buttons that move it. A move is shown and not saved yet.

    Items are named by where they stood first, so that what is sent means the same whatever the page showed.
    """

    fields_template = "quizzes/answers/ordering.html"

    def __init__(self, content, choice_order, half_order, saved=None, data=None):
        self.sent = data
        self.moved = re.fullmatch(r"(up|down)-(\d{1,3})", data.get("move", "")) if data else None
        super().__init__(content, choice_order, half_order, saved, None if self.moved else data)

    def add_fields(self):
        order = self._after_move() if self.moved else list(self.saved or self.choice_order)
        numbers = [(str(n), str(n)) for n in range(1, len(order) + 1)]
        message = {"required": "Choose a number for each", "invalid_choice": "Choose a number for each"}
        for place, key in enumerate(self.choice_order, start=1):
            self.fields[f"place_{place}"] = forms.ChoiceField(
                choices=numbers,
                label=f"Place of: {self.content.choice(key).text or self.content.choice(key).image_alt}",
                initial=str(order.index(key) + 1) if key in order else str(place),
                error_messages=message,
            )

    def _order_in(self, data: Mapping) -> list[str]:
        """The items by the numbers sent; equal ones, and what is no number, stay where they stood."""
        last = len(self.choice_order) + 1

        def number(place: int) -> int:
            sent = data.get(f"place_{place}", "")
            return int(sent) if re.fullmatch(r"[0-9]{1,3}", sent) else last

        places = sorted(range(1, last), key=lambda place: (number(place), place))
        return [self.choice_order[place - 1] for place in places]

    def _after_move(self) -> list[str]:
        order = self._order_in(self.sent)
        item = int(self.moved[2])
        if not 1 <= item <= len(order):
            return order
        key = self.choice_order[item - 1]
        here = order.index(key)
        there = here + (1 if self.moved[1] == "down" else -1)
        if 0 <= there < len(order):
            order[here], order[there] = order[there], order[here]
        words = self.content.choice(key).text or self.content.choice(key).image_alt
        self.notice = (
            f"“{words}” is now number {order.index(key) + 1} of {len(order)}. This is not saved yet."
        )
        return order

    def clean(self):
        if not self.errors:
            times = Counter(self.cleaned_data.values())
            for name, number in self.cleaned_data.items():
                if times[number] > 1:
                    self.add_error(name, f"Give each a number of its own: {number} is used more than once")
                    break
        return self.cleaned_data

    @property
    def first_id(self) -> str:
        return self.rows[0].bound.auto_id

    @property
    def answer(self) -> list[str]:
        return self._order_in(self.cleaned_data)

    @cached_property
    def rows(self) -> list[Row]:
        """Items in the order of their numbers, those typed included."""
        order = self._order_in({name: str(self[name].value() or "") for name in self.fields})
        last = len(order)
        rows = []
        for number, key in enumerate(order, start=1):
            item = self.choice_order.index(key) + 1
            option = self.option(item, key, name=f"place_{item}")
            focus = self._focus(item, number, last)
            rows.append(Row(option, self[f"place_{item}"], number, number == 1, number == last, focus))
        return rows

    def _focus(self, item: int, number: int, last: int) -> str:
        """Which button of the item gets the focus after a move: the one pressed, while it is still there."""
        if not self.moved or int(self.moved[2]) != item:
            return ""
        if number in (1, last):
            return "down" if number == 1 else "up"
        return self.moved[1]
