"""What a trainer asks of the tables, moving one person, and fitting in who came late."""

from collections.abc import Sequence

from django import forms

from attendance.tables import EVERYBODY, NUMBER, PRESENT, SIZE, Tables, TableWishes
from attendance.wishes import Person

MOST_ROUNDS = 6
MOST_PEOPLE = 300  # at tables of one session
PAIRS = 4  # rows to choose people in, or two more than there are
WHO = [(EVERYBODY, "Everybody booked, and walk-ins"), (PRESENT, "Only those marked present so far")]


def _whole(label: str, most: int, help_text: str = "", **kwargs) -> forms.IntegerField:
    kwargs.setdefault("required", True)
    words = f"Enter a whole number from 1 to {most}."
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=most,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-3", "inputmode": "numeric", "autocomplete": "off"}
        ),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), words),
        **kwargs,
    )


def number_in(text: str) -> int:
    """Return the number in a hidden field, -1 for what is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


class VersionField(forms.CharField):
    """Hidden in the page: tells two trainers apart who change the tables at once."""

    widget = forms.HiddenInput

    def __init__(self):
        super().__init__(required=False)

    def clean(self, value) -> int:
        return number_in(str(value or "").strip())


class MakeGroupsForm(forms.Form):
    """Size or number, cap, rounds, who counts, pairs apart and together, and a number to repeat it with."""

    by = forms.ChoiceField(
        label="How many tables",
        choices=[(SIZE, "As many as are needed for tables of a size"), (NUMBER, "A fixed number of tables")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how many tables."},
    )
    number = _whole("People at a table, or number of tables", MOST_PEOPLE)
    cap = _whole(
        "Most people of one organisation at a table", MOST_PEOPLE, "Leave empty for no limit.", required=False
    )
    rounds = _whole(
        "Rounds", MOST_ROUNDS, "In each round people sit with others, as few as possible of them twice."
    )
    who = forms.ChoiceField(
        label="Who gets a seat",
        choices=WHO,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who gets a seat."},
    )
    seed = _whole(
        "Tables number",
        999_999_999,
        "The same number gives the same tables. Leave empty for new ones.",
        required=False,
    )
    version = VersionField()

    def __init__(self, people: Sequence[Person], tables: Tables | None, data=None):
        wishes = tables.wishes if tables else TableWishes()
        initial = wishes.stored() | {"version": tables.version if tables else 0}
        super().__init__(data, initial=initial)
        self.order_fields(["by", "number", "cap", "rounds", "who", "seed", "version"])
        self.pairs = {
            "apart": self._add_pairs("apart", wishes.apart, people),
            "together": self._add_pairs("together", wishes.together, people),
        }

    def _add_pairs(self, kind: str, pairs, people: Sequence[Person]) -> list[tuple[str, str]]:
        """Two lists to choose from in each row; returns the names of the fields."""
        choices = [("", "Choose a person")] + [
            (p.id, f"{p} ({p.agency})" if p.agency else str(p)) for p in people
        ]
        names = []
        for number in range(max(PAIRS, len(pairs) + 2)):
            chosen = pairs[number] if number < len(pairs) else ("", "")
            row = (f"{kind}_{number}_a", f"{kind}_{number}_b")
            for name, key, label in zip(row, chosen, ("Person", "and"), strict=True):
                self.fields[name] = forms.ChoiceField(
                    label=f"{label} {number + 1}",
                    choices=choices,
                    required=False,
                    initial=key if any(key == p.id for p in people) else "",
                    error_messages={"invalid_choice": "Choose a person from the list."},
                )
            names.append(row)
        return names

    def rows(self) -> dict[str, list]:
        """Bound fields of the pairs, for the page."""
        return {kind: [(self[a], self[b]) for a, b in names] for kind, names in self.pairs.items()}

    def clean(self):
        data = super().clean()
        for names in self.pairs.values():
            for a, b in names:
                one, other = data.get(a), data.get(b)
                if one and one == other:
                    self.add_error(b, "Choose two different people.")
                elif bool(one) != bool(other) and not (self.errors.get(a) or self.errors.get(b)):
                    self.add_error(a if other else b, "Choose the other person as well, or neither.")
        return data

    @property
    def wishes(self) -> TableWishes:
        data = self.cleaned_data
        return TableWishes(
            **{name: data[name] for name in ("by", "number", "cap", "rounds", "who")},
            **{
                kind: tuple((data[a], data[b]) for a, b in names if data[a])
                for kind, names in self.pairs.items()
            },
        )


class MoveForm(forms.Form):
    """One person to another table in one round."""

    number = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    person = forms.ChoiceField(
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a person.")
    )
    table = forms.TypedChoiceField(
        coerce=int,
        label="To table",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a table."),
    )
    version = VersionField()

    def __init__(self, tables: Tables, number: int, data=None):
        super().__init__(
            data, initial={"number": number, "version": tables.version}, auto_id=f"id_round{number}_%s"
        )
        self.fields["number"].max_value = len(tables.rounds)
        shown = tables.rounds[number - 1]
        people = sorted(
            ((p, table.number) for table in shown for p in table.people),
            key=lambda pair: pair[0].name.casefold(),
        )
        self.fields["person"].choices = [("", "Choose a person")] + [
            (p.id, f"{p}, table {table}") for p, table in people
        ]
        self.fields["table"].choices = [("", "Choose a table")] + [
            (table.number, f"Table {table.number}") for table in shown
        ]


class RefitForm(forms.Form):
    """Who is there now, and from which round on."""

    who = forms.ChoiceField(label="Who gets a seat", choices=WHO, widget=forms.RadioSelect)
    first_round = forms.TypedChoiceField(coerce=int, label="From round")

    def __init__(self, tables: Tables, data=None):
        super().__init__(data, initial={"who": tables.wishes.who, "first_round": 1})
        rounds = range(1, len(tables.rounds) + 1)
        self.fields["first_round"].choices = [(n, f"Round {n}") for n in rounds]
        if len(rounds) == 1:
            self.fields["first_round"].widget = forms.HiddenInput()
