"""What every change after issue has in common: one lock, one decision, made by a second person."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from certificates.models import Award, Certificate
from certificates.models.changes import Asked


class ChangeRefused(Exception):
    """It cannot be done as things stand; str() says why, in words for the person who asked."""


def lock(award_id: int) -> Award:
    """Return the award, held until the end of the transaction: whatever changes its editions waits for its turn."""
    return Award.objects.select_for_update().get(pk=award_id)


def editions_of(award: Award) -> list[Certificate]:
    """Return the award's editions, the latest first."""
    return list(award.certificates.order_by("-edition"))


def shown_edition(award: Award) -> Certificate:
    """Return the edition that the history is written to: the latest that was drawn, else the one being made."""
    editions = editions_of(award)
    return next((one for one in editions if not one.is_pending), editions[0])


def refuse_if_erased(certificate: Certificate) -> None:
    if certificate.erased_at:
        raise ChangeRefused("Name and document were erased. Nothing can be made from this record any more.")


def open_request(model: type[Asked], *, already: str, **fields) -> Asked:
    """Return the new request. already: what to say if one is open for this award."""
    try:
        with transaction.atomic():
            return model.objects.create(**fields)
    except IntegrityError as error:
        raise ChangeRefused(already) from error


def decide(asked: Asked, *, by, is_granted: bool, answer: str = "") -> None:
    """Close `asked` once, whoever clicks first. Raises ChangeRefused for whoever comes second or decides for themselves.

    Neither the one who asked nor the holder decides.
    """
    if by.pk in {asked.asked_by_id, asked.award.enrolment.learner_id}:
        raise ChangeRefused("Somebody else has to decide this: it was asked by you, or it is about you.")
    decided = {"decided_by": by, "decided_at": timezone.now(), "is_granted": is_granted, "answer": answer}
    if not type(asked).objects.open().filter(pk=asked.pk).update(**decided):
        raise ChangeRefused("Somebody has decided this in the meantime.")
    for name, value in decided.items():
        setattr(asked, name, value)
