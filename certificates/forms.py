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
