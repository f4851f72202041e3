"""Letters to licence holders before the end. The lapse itself is by date alone."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cascade.models import Licence
from trainingsite.lib.emails import send_each, send_templated

DAYS_BEFORE = (14, 60)  # the nearest first: somebody licensed late gets one letter, not two


def remind_of_licences() -> int:
    """Write to everybody whose licence ends in 60 or 14 days or less; return how many letters went out.

    Each letter once a licence. A day on which nothing ran is made good the next. Safe to repeat.
    """
    sent = 0
    for days in DAYS_BEFORE:
        due = _due(days).select_related("holder", "course").order_by("valid_until", "pk")
        sent += send_each(due, partial(_remind, days=days), refused=partial(_claim, days=days))
    return sent


def _due(days: int):
    """Valid licences within so many days of their end, without this reminder or a nearer one."""
    until = timezone.localdate() + timedelta(days=days)
    unreminded = Q(reminded_days=None) | Q(reminded_days__gt=days)
    return Licence.objects.valid().filter(unreminded, valid_until__lte=until, holder__is_active=True)


def _claim(licence: Licence, days: int) -> bool:
    """Note that this reminder is dealt with; False if it was already."""
    unreminded = Q(reminded_days=None) | Q(reminded_days__gt=days)
    return bool(Licence.objects.standing().filter(unreminded, pk=licence.pk).update(reminded_days=days))


@transaction.atomic
def _remind(licence: Licence, days: int) -> bool:
    """Send it once. A failed send rolls the claim back, so that the next run sends it."""
    claimed = _claim(licence, days)
    if claimed:
        site = urlsplit(settings.SITE_URL).hostname
        send_templated(
            "licence_ends",
            to=licence.holder.email,
            context={"licence": licence, "url": settings.SITE_URL + reverse("cascade:mine")},
            message_id=f"licence-{licence.pk}-{days}-{licence.valid_until:%Y%m%d}@{site}",
        )
    return claimed
