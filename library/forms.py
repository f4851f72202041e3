"""The form above the indicator library."""

from django import forms

from accounts.models import Sector
from library.models import ExploitationForm, Setting
from library.queries import Filters

MAX_SEARCH_LENGTH = 200


class IndicatorFilterForm(forms.Form):
    """Search box and three lists. Whatever arrives is a valid question; an unknown code means no filter."""

    marks_optional = False
    q = forms.CharField(
        label="Search the signs",
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "maxlength": MAX_SEARCH_LENGTH, "autocomplete": "off"}
        ),
    )
    form = forms.ChoiceField(label="Form of exploitation", required=False)
    sector = forms.ChoiceField(label="Your sector", required=False)
    setting = forms.ChoiceField(label="Where you are", required=False)

    def __init__(self, asked):
        """asked: request.GET."""
        super().__init__()
        self.fields["form"].choices = _choices("All forms", ExploitationForm.objects.exclude(code="any"))
        self.fields["sector"].choices = _choices("All sectors", Sector.objects.all())
        self.fields["setting"].choices = _choices("All places", Setting.objects.all())
        chosen = {
            name: asked.get(name, "")
            for name in ("form", "sector", "setting")
            if asked.get(name) in dict(self.fields[name].choices)
        }
        self.filters = Filters(
            text=asked.get("q", "")[:MAX_SEARCH_LENGTH].replace("\0", "").strip(), **chosen
        )
        self.initial = {"q": self.filters.text, **chosen}

    def chosen_names(self) -> list[str]:
        """Return the words of the filters in use, for the heading of a printed list."""
        named = [
            dict(self.fields[name].choices)[code]
            for name, code in self.initial.items()
            if name != "q" and code
        ]
        return [*named, f"“{self.filters.text}”"] if self.filters.text else named


def _choices(all_label, rows):
    return [("", all_label), *((row.code, row.name) for row in rows)]
