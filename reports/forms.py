"""Filters of the organisation's page."""

from django import forms

from reports.people import Selection, State


class SelectionForm(forms.Form):
    """Junk in the address narrows nothing."""

    marks_optional = False

    q = forms.CharField(label="Name", required=False, max_length=100)
    course = forms.ChoiceField(label="Course", required=False)
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "All"), *((state, state) for state in State)]
    )

    def __init__(self, data, courses, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.fields["course"].choices = [("", "All"), *((course, course) for course in courses)]

    @property
    def selection(self) -> Selection:
        self.is_valid()
        return Selection(**{name: self.cleaned_data.get(name, "") for name in self.fields})

    @property
    def is_filtered(self) -> bool:
        return self.selection != Selection()
