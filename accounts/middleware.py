"""The second factor: people who can reach others' data get no further without it, whatever the address."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

ALWAYS = frozenset({"account_logout", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})
# Open only until a first factor is set up: afterwards a stolen password must not be able to replace it.
SETTING_UP = frozenset(
    {
        "account_reauthenticate",
        "account_email",
        "account_email_verification_sent",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
    }
)


class SecondFactorMiddleware:
    """Let staff pass once this very session has used a second factor; until then, only the way to it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not settings.SECOND_FACTOR_REQUIRED or request.resolver_match.view_name in ALWAYS:
            return None
        if (
            not request.user.is_authenticated
            or used_second_factor(request)
            or not request.user.needs_second_factor
        ):
            return None
        if Authenticator.objects.filter(user=request.user).exists():
            return redirect(
                f"{reverse(self._proof(request.user))}?{urlencode({'next': self._return_to(request)})}"
            )
        if request.resolver_match.view_name in SETTING_UP:
            request.second_factor_missing = True
            return None
        return redirect("mfa_index")

    @staticmethod
    def _proof(user) -> str:
        """Name the page that asks for a factor this person has."""
        typed = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.WEBAUTHN)
        return "mfa_reauthenticate" if typed.exists() else "mfa_reauthenticate_webauthn"

    @staticmethod
    def _return_to(request) -> str:
        return request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL


def used_second_factor(request) -> bool:
    """Say whether this session was authenticated with an app, a passkey or a recovery code."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))
