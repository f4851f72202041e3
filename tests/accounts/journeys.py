"""Steps that several tests of accounts take with Django's test client."""

import re

from django.core import mail
from django.urls import reverse

from tests.factories.accounts import PASSWORD, SectorFactory


def code_in_last_mail() -> str:
    """Return the code that stands on a line of its own in the latest letter."""
    return re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mail.outbox[-1].body, re.M)[1]


def details(**changes) -> dict:
    """What somebody types into Create account."""
    return {
        "name": "Amina Okoro",
        "email": "amina@example.org",
        "password1": PASSWORD,
        "sector": SectorFactory().pk,
        "organisation": "Harbour Advice",
        "job_role": "Advice worker",
    } | changes


def log_in(client, user, password=PASSWORD, **data):
    return client.post(reverse("account_login"), {"login": user.email, "password": password, **data})
