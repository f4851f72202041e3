"""Writes about what a holder lets others see. Each leaves an event, without the label of a link."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from certificates import events
from certificates.models import Award, CertificateEvent, ShareLink, Sharing

MOST_LINKS = 20  # open at once


class TooManyLinks(Exception):
    """As many links are open as one certificate may have."""


def sharing_of(award: Award) -> Sharing:
    """Return the holder's choices, unsaved defaults if they made none."""
    return Sharing.objects.filter(award=award).first() or Sharing(award=award)


@transaction.atomic
def choose(award: Award, *, shows_name: bool, answers_number: bool, by) -> None:
    """Keep the holder's choices; an event only when the name begins or ceases to be shown."""
    locked = Award.objects.select_for_update().get(pk=award.pk)
    before = sharing_of(locked)
    if before.shows_name != shows_name:
        kind = CertificateEvent.Kind.SHARED if shows_name else CertificateEvent.Kind.UNSHARED
        events.record(award.certificate, kind, by=by, note="Name shown with the code")
    choices = {"shows_name": shows_name, "answers_number": answers_number}
    Sharing.objects.update_or_create(award=award, defaults=choices)


@transaction.atomic
def make_link(award: Award, *, days: int, label: str, by) -> ShareLink:
    """Return a new link that shows the certificate with its name for so many days. Raises TooManyLinks."""
    Award.objects.select_for_update().get(pk=award.pk)
    if award.share_links.open().count() >= MOST_LINKS:
        raise TooManyLinks
    link = ShareLink.objects.create(
        award=award, label=label, expires_at=timezone.now() + timedelta(days=days)
    )
    events.record(award.certificate, CertificateEvent.Kind.SHARED, by=by, note=f"Link for {days} days")
    return link


@transaction.atomic
def end_link(link: ShareLink, *, by) -> bool:
    """End a link before its time; say whether this call did."""
    is_mine = ShareLink.objects.open().filter(pk=link.pk).update(ended_at=timezone.now())
    if is_mine:
        events.record(link.award.certificate, CertificateEvent.Kind.UNSHARED, by=by, note="Link ended")
    return bool(is_mine)
