"""Questions whose answers are typed."""

from django import forms

from quizzes.forms.base import LATER, AnswerForm
from quizzes.marking import MAX_TYPED, NotOffered, clean_answer

NO_NUMBER = "Type the answer as one number in figures, such as 12 or 2.5"


class ShortForm(AnswerForm):
    """A word or a few words."""

    fields_template = "quizzes/answers/typed.html"
    has_one_field = True
    input_mode = "text"
    refusal = "Type letters, figures and signs only"

    def add_fields(self):
        self.fields["answer"] = forms.CharField(
            label=self.heading, initial=self.saved or "", max_length=MAX_TYPED, error_messages=self.messages()
        )

    def messages(self) -> dict[str, str]:
        return {
            "required": f"Type an answer, {LATER}",
            "max_length": f"Use at most {MAX_TYPED} characters",
            "null_characters_not_allowed": self.refusal,
        }

    def clean_answer(self) -> str:
        try:
            return clean_answer(self.content, self.cleaned_data["answer"])
        except NotOffered as refused:
            raise forms.ValidationError(self.refusal) from refused

    @property
    def typed(self) -> str:
        """What stands in the field."""
        return self["answer"].value()

    @property
    def answer(self) -> str:
        return self.cleaned_data["answer"]


class NumericForm(ShortForm):
    """A number, with a full stop or a comma."""

    input_mode = "decimal"
    refusal = NO_NUMBER

    def messages(self) -> dict[str, str]:
        return {
            "required": f"Type a number, {LATER}",
            "max_length": NO_NUMBER,
            "null_characters_not_allowed": self.refusal,
        }
