"""Every form about an account: allauth's, in our words, and our own."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.db import IntegrityError, transaction

from accounts.models import Agency, Sector, User, agency_key
from accounts.roles import Role
from accounts.services import agency_called

SUGGESTED_AGENCIES = 200  # keeps the page small; a name that is not suggested is matched all the same
LENGTH_HINT = "At least 10 characters. Three random words are easy to remember and hard to guess."
CODE_HINT = "Capital letters and hyphens do not matter."
# Field: label, what to do when it is empty, hint.
WORDS = {
    "login": ("E-mail address", "Enter your e-mail address", ""),
    "email": ("E-mail address", "Enter your e-mail address", ""),
    "password": ("Password", "Enter your password", ""),
    "oldpassword": ("Current password", "Enter your current password", ""),
    "password1": ("New password", "Enter a new password", LENGTH_HINT),
    "password2": ("New password again", "Enter the new password again", ""),
    "code": ("Code", "Enter the code", CODE_HINT),
    "name": ("Name of this passkey", "Enter a name for this passkey", "For example, Work laptop."),
    "passwordless": (
        "Log in with this passkey alone",
        "",
        "Needs a passkey that checks your PIN, fingerprint or face.",
    ),
}


class PlainWords:
    """Our labels, hints and messages; no placeholders, which vanish just when people need them."""

    words: dict[str, tuple[str, str, str]] = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        words = WORDS | self.words
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if isinstance(field, forms.EmailField):
                field.widget = forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"})
                field.error_messages["invalid"] = (
                    "Enter an e-mail address in the correct format, like name@example.com"
                )
            if name in words:
                field.label, field.error_messages["required"], field.help_text = words[name]
        if "code" in self.fields:
            self.fields["code"].widget.attrs |= {"spellcheck": "false", "autocapitalize": "characters"}


class LoginForm(PlainWords, account_forms.LoginForm):
    def clean(self):
        try:
            return super().clean()
        except forms.ValidationError as error:
            self.add_error("password", error)  # beside the field that has to be typed again
            return self.cleaned_data


class RequestLoginCodeForm(PlainWords, account_forms.RequestLoginCodeForm):
    pass


class ConfirmLoginCodeForm(PlainWords, account_forms.ConfirmLoginCodeForm):
    pass


class ConfirmEmailVerificationCodeForm(PlainWords, account_forms.ConfirmEmailVerificationCodeForm):
    pass


class ConfirmPasswordResetCodeForm(PlainWords, account_forms.ConfirmPasswordResetCodeForm):
    pass


class AddEmailForm(PlainWords, account_forms.AddEmailForm):
    words = {"email": ("New e-mail address", "Enter your new e-mail address", "We will send a code to it.")}


class ChangePasswordForm(PlainWords, account_forms.ChangePasswordForm):
    pass


class SetPasswordForm(PlainWords, account_forms.SetPasswordForm):
    pass


class ResetPasswordForm(PlainWords, account_forms.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(PlainWords, account_forms.ResetPasswordKeyForm):
    pass


class ReauthenticateForm(PlainWords, account_forms.ReauthenticateForm):
    pass


AUTHENTICATOR_CODE = {"code": ("Code from your app, or a recovery code", "Enter the code", "")}


class AuthenticateForm(PlainWords, mfa_forms.AuthenticateForm):
    words = AUTHENTICATOR_CODE


class MfaReauthenticateForm(PlainWords, mfa_forms.ReauthenticateForm):
    words = AUTHENTICATOR_CODE


class ActivateTotpForm(PlainWords, totp_forms.ActivateTOTPForm):
    words = {"code": ("Code from your app", "Enter the 6-digit code from your app", "6 digits.")}


class AddWebAuthnForm(PlainWords, webauthn_forms.AddWebAuthnForm):
    pass


class EditWebAuthnForm(PlainWords, webauthn_forms.EditWebAuthnForm):
    pass


class DetailsForm(forms.Form):
    """What we ask about a person besides the e-mail address and password."""

    name = forms.CharField(
        label="Full name",
        max_length=150,
        help_text="As it should stand on your certificates.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your full name"},
    )
    sector = forms.ModelChoiceField(
        Sector.objects.all(),
        label="Sector",
        empty_label="Choose a sector",
        help_text="Modules show what matters most in your sector.",
        error_messages={"required": "Choose your sector", "invalid_choice": "Choose a sector from the list"},
    )
    organisation = forms.CharField(
        label="Organisation",
        max_length=160,
        help_text="Choose one or type its name.",
        widget=forms.TextInput(attrs={"autocomplete": "organization", "list": "organisations"}),
        error_messages={"required": "Enter your organisation"},
    )
    job_role = forms.CharField(
        label="Role",
        max_length=120,
        help_text="For example, social worker or custody sergeant.",
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        error_messages={"required": "Enter your role"},
    )

    def clean_name(self):
        name = " ".join(self.cleaned_data["name"].split())
        if not any(character.isalpha() for character in name):
            raise forms.ValidationError("Enter your full name in letters")
        return name

    def clean_job_role(self):
        return " ".join(self.cleaned_data["job_role"].split())

    @property
    def suggested_agencies(self):
        """Names for the datalist: organisations that staff have confirmed."""
        return Agency.objects.confirmed().values_list("name", flat=True)[:SUGGESTED_AGENCIES]

    def fill(self, user: User) -> None:
        """Set the details on `user`; saves nothing but an organisation that was unknown till now."""
        data = self.cleaned_data
        user.name, user.sector, user.job_role = data["name"], data["sector"], data["job_role"]
        user.agency = agency_called(data["organisation"], data["sector"])


class SignupForm(PlainWords, DetailsForm, account_forms.SignupForm):
    """Create account: name, e-mail, password, sector, organisation and role, and nothing else."""

    field_order = ["name", "email", "password1", "sector", "organisation", "job_role"]
    words = {
        "email": (
            "E-mail address",
            "Enter your e-mail address",
            "We will send a code to it. Use one you can open now.",
        ),
        "password1": ("Password", "Enter a password", LENGTH_HINT),
        "name": (
            DetailsForm.base_fields["name"].label,
            DetailsForm.base_fields["name"].error_messages["required"],
            DetailsForm.base_fields["name"].help_text,
        ),
    }

    def try_save(self, request):
        """Save all or nothing; an address taken a moment ago is answered like any taken address."""
        try:
            with transaction.atomic():
                return super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            return super().try_save(request)


class AccountForm(DetailsForm):
    """The same details on /my/account/. People who run the programme may have no sector or organisation."""

    def __init__(self, user: User, *args, **kwargs):
        self.user = user
        initial = {
            "name": user.name,
            "sector": user.sector_id,
            "organisation": user.agency.name if user.agency else "",
            "job_role": user.job_role,
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_organisation(self):
        """Leads read their organisation's completion: which one it is, is not for them to choose."""
        name = self.cleaned_data["organisation"]
        own = self.user.agency
        if Role.AGENCY_LEAD in self.user.roles and agency_key(name) != agency_key(own.name if own else ""):
            raise forms.ValidationError(
                "You lead training for your organisation. Ask the programme managers to change it."
            )
        return name

    def save(self) -> None:
        self.fill(self.user)
        self.user.save(update_fields=["name", "sector", "agency", "job_role"])


class CloseAccountForm(forms.Form):
    understood = forms.BooleanField(
        label="I understand that this cannot be undone",
        error_messages={"required": "Tick the box if you want to close your account"},
    )
