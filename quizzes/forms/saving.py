"""What is sent along with every answer: how sure the learner is, and which version of the answer their page showed."""

from django import forms

from quizzes.models import Confidence, Quiz, Response


class SavingForm(forms.Form):
    """`seen` tells a page that was drawn before the answer was changed elsewhere."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    confidence = forms.ChoiceField(
        choices=Confidence.choices,
        required=False,
        label="How sure are you?",
        help_text="It never changes your score. It shows you afterwards where to be careful.",
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline govuk-radios--small"}),
        error_messages={"invalid_choice": "Select one of the answers below, or none"},
    )

    def __init__(self, quiz: Quiz, response: Response, data=None):
        super().__init__(data, initial={"confidence": response.confidence})
        self.saved_count = response.saved_count
        if not quiz.ask_confidence:
            del self.fields["confidence"]

    @property
    def seen_count(self) -> int | None:
        """The `saved_count` of the page that was sent; None if it named none, −1 for what is no number."""
        sent = (self.data.get("seen") or "").strip()
        if not sent:
            return None
        return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else -1

    @property
    def seen_next(self) -> int:
        """What the page that is drawn now has to send."""
        return self.saved_count if self.seen_count is None else self.seen_count
