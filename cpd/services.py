"""What changes a record. Each function takes the owner, so that no row can go to another person."""

from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from cpd.evidence import extension_of, shown_name
from cpd.models import CpdProfile, OutsideLearning, Reflection


@transaction.atomic
def save_learning(
    entry: OutsideLearning, *, evidence: File | None = None, drop_evidence: bool = False
) -> OutsideLearning:
    """Store what was entered. A second click on the same form finds the first one's row.

    evidence: a new file, which takes the place of the old one. Raises EvidenceRefused, and stores nothing.
    """
    if entry.pk is None and (twin := _same_form(entry)):
        return twin
    if evidence:
        extension = extension_of(evidence)
        _forget_file(entry)
        entry.evidence_name, entry.evidence_bytes = shown_name(evidence.name or "", extension), evidence.size
        entry.evidence.save(f"evidence.{extension}", evidence, save=False)
    elif drop_evidence:
        _forget_file(entry)
        entry.evidence, entry.evidence_name, entry.evidence_bytes = "", "", 0
    entry.save()
    return entry


def _same_form(row: OutsideLearning | Reflection):
    return type(row).objects.of(row.owner).filter(form_key=row.form_key).first()


def _forget_file(entry: OutsideLearning) -> None:
    """Remove the stored file once it is certain that nothing names it any more."""
    if entry.evidence:
        storage, name = entry.evidence.storage, entry.evidence.name
        transaction.on_commit(lambda: storage.delete(name))


@transaction.atomic
def delete_learning(entry: OutsideLearning) -> None:
    """Remove the entry with its reflections and its file."""
    _forget_file(entry)
    entry.delete()


@transaction.atomic
def save_reflection(reflection: Reflection) -> Reflection:
    """Store it word for word. A second click on the same form finds the first one's row."""
    if reflection.pk is None and (twin := _same_form(reflection)):
        return twin
    reflection.save()
    return reflection


def choose_regulator(owner, regulator: str) -> None:
    """Remember whom the owner answers to; empty forgets it."""
    if regulator:
        CpdProfile.objects.update_or_create(owner=owner, defaults={"regulator": regulator})
    else:
        CpdProfile.objects.of(owner).delete()


def regulator_of(owner) -> str:
    return CpdProfile.objects.of(owner).values_list("regulator", flat=True).first() or ""


@transaction.atomic
def erase(owner) -> None:
    """Remove all that the owner wrote, and the files once that is certain."""
    Reflection.objects.of(owner).delete()
    for entry in OutsideLearning.objects.of(owner):
        delete_learning(entry)
    CpdProfile.objects.of(owner).delete()


def new_key(key: UUID | None, row: OutsideLearning | Reflection) -> None:
    if row.pk is None and key:
        row.form_key = key
