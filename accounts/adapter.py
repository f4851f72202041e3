"""How allauth speaks and behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Contact the training team if you think this is a mistake.",
        "duplicate_email": "This is already your e-mail address. Enter a different one.",
        "email_password_mismatch": "The e-mail address or password is not right. Check both and try again.",
        "enter_current_password": "The current password is not right. Try again.",
        "incorrect_code": "The code is not right. Check the e-mail and enter the latest code.",
        "incorrect_password": "The password is not right. Try again.",
        "too_many_login_attempts": "There were too many failed tries. Wait 5 minutes, then try again.",
        "rate_limited": "You have asked too often. Wait a minute, then try again.",
    }

    def send_mail(self, template_prefix, email, context):
        """Links in letters are built from SITE_URL, never from the request's Host header."""
        ours = {"product_name": settings.PRODUCT_NAME, "site_url": settings.SITE_URL}
        super().send_mail(template_prefix, email, {**context, **ours})

    def save_user(self, request, user, form, commit=True):
        """Fill in what our sign-up asks for before the row is first written."""
        form.fill(user)
        return super().save_user(request, user, form, commit)


class MfaAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right. Wait for the next one and try again.",
        "unverified_email": "Confirm your e-mail address first, then set up a second step.",
    }

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": settings.PRODUCT_NAME}
