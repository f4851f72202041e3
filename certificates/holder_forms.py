"""What a holder fills in about their own certificate."""

from django import forms

from certificates.drawing import UndrawableName, glyphs, name_family

APPEAL_LENGTH = 1000


class CorrectionForm(forms.Form):
    """The name as it should stand. Letters that cannot be drawn are named before anything is sent."""

    name = forms.CharField(
        label="Your name as it should stand",
        max_length=150,
        help_text="Exactly as it should be printed, capitals and accents included.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={
            "required": "Enter your name as it should stand on the certificate",
            "max_length": "A name on a certificate has at most 150 characters",
        },
    )
    why = forms.CharField(
        label="Why?",
        required=False,
        max_length=300,
        help_text="A few words help us, for example “married in May” or “a letter is wrong”. Send no documents.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Use at most 300 characters"},
    )

    def __init__(self, *args, printed: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.printed = printed

    def clean_name(self):
        name = glyphs.tidy(self.cleaned_data["name"])
        try:
            name_family(name)
        except UndrawableName as problem:
            raise forms.ValidationError(
                f"{problem} Write the name in other letters, for example Latin ones"
            ) from problem
        if name == self.printed:
            raise forms.ValidationError("This is the name that stands on the certificate already")
        return name


class AppealForm(forms.Form):
    """Why the holder thinks that the revocation is wrong."""

    text = forms.CharField(
        label="Why do you think this is wrong?",
        max_length=APPEAL_LENGTH,
        help_text=f"At most {APPEAL_LENGTH:,} characters. Name no other people, and no details of anyone’s case.",
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": "Write why you think the revocation is wrong",
            "max_length": f"Use at most {APPEAL_LENGTH:,} characters",
        },
    )
