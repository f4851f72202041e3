"""Forms of the public check."""

import re

from django import forms

from certificates.numbers import ALPHABET


class NumberForm(forms.Form):
    """The number on a certificate, however it is typed."""

    number = forms.CharField(
        label="Certificate number",
        max_length=60,
        help_text="It is on the certificate, near the square code. For example FL-2026-7Q4ZK0M9-T. "
        "Capitals, spaces and dashes do not matter.",
        error_messages={
            "required": "Enter the number on the certificate",
            "max_length": "A certificate number has at most 60 characters. Enter only the number",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self):
        """Keep what an address can hold; the check itself forgives the rest."""
        plain = re.sub(r"[^0-9A-Z-]", "", self.cleaned_data["number"].upper())
        if not set(plain) & set(ALPHABET):
            raise forms.ValidationError("Enter the number with its letters and figures")
        return plain


class NameForm(forms.Form):
    """The name that the reader of a certificate wants to compare."""

    name = forms.CharField(
        label="Name on the certificate",
        max_length=150,
        help_text="Type the whole name as it is printed. We only answer yes or no.",
        error_messages={
            "required": "Enter the name printed on the certificate",
            "max_length": "A name on a certificate has at most 150 characters",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class CertificateFileForm(forms.Form):
    """A certificate or digital badge to be checked. It is read in memory and not kept."""

    file = forms.FileField(
        label="Certificate file",
        help_text="The PDF as you received it, or a digital badge (PNG or JSON), at most 1 MB. "
        "We read it and keep nothing.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.json"}),
        error_messages=dict.fromkeys(
            ("required", "empty", "invalid", "missing", "max_length"),
            "Choose the certificate’s file, at most 1 MB",
        ),
    )


class SharingForm(forms.Form):
    """What the public check of one certificate shows."""

    shows_name = forms.BooleanField(
        label="Show my name to whoever scans the code on my certificate",
        help_text="Without this they see your initials, and can ask whether a name matches.",
        required=False,
    )
    answers_number = forms.BooleanField(
        label="Let the number alone find my certificate",
        help_text="Without this only somebody who holds the document, its code or a link of yours can check it. "
        "For anybody else the number is unknown.",
        required=False,
    )


class ShareLinkForm(forms.Form):
    """A link that shows the certificate with its holder's name for a while."""

    label = forms.CharField(
        label="What it is for",
        help_text="Only you see this, for example “New employer”.",
        max_length=60,
        required=False,
        error_messages={"max_length": "Use at most 60 characters"},
    )
    days = forms.TypedChoiceField(
        label="How long it works",
        choices=[(1, "1 day"), (7, "1 week"), (30, "30 days"), (90, "90 days")],
        initial=7,
        coerce=int,
        error_messages={
            "required": "Choose how long it works",
            "invalid_choice": "Choose how long from the list",
        },
    )
