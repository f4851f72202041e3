"""Forms of the courses' pages."""

from django import forms

from courses.vocabulary import sectors

LENGTHS = [("", "Any length"), ("60", "Up to 1 hour"), ("120", "Up to 2 hours"), ("240", "Up to 4 hours")]


class CatalogueForm(forms.Form):
    """What the catalogue is filtered by."""

    marks_optional = False
    sector = forms.ChoiceField(
        required=False,
        label="Where you work",
        error_messages={"invalid_choice": "Choose a sector from the list."},
    )
    length = forms.ChoiceField(
        required=False,
        choices=LENGTHS,
        error_messages={"invalid_choice": "Choose a length from the list."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, auto_id="%s", **kwargs)
        self.fields["sector"].choices = [("", "All sectors"), *((s.code, s.name) for s in sectors())]

    @property
    def wanted(self) -> dict:
        """Filters for `queries.catalogue`; a filter with a mistake in it is left out."""
        found = getattr(self, "cleaned_data", {})
        return {"sector": found.get("sector", ""), "longest_minutes": int(found.get("length") or 0)}


class CompletionForm(forms.Form):
    """Which module, in which version, the reader had on the screen."""

    module = forms.IntegerField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)
