"""Writes about programmes."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction

from cohorts.models import Programme, ProgrammeTarget


class NameTaken(Exception):
    """Another programme has this name; perhaps the first of two clicks made it."""


def create_programme(*, targets: Iterable[Mapping[str, Any]], leads, funders, **facts) -> Programme:
    """Return the new programme. Raises NameTaken, and writes nothing, if there is one of this name."""
    return _write(Programme(**facts), targets, leads, funders)


def change_programme(
    programme: Programme, *, targets: Iterable[Mapping[str, Any]], leads, funders, **facts
) -> Programme:
    """Replace facts, people and targets. Raises NameTaken, and writes nothing, if there is one of this name."""
    for name, value in facts.items():
        setattr(programme, name, value)
    return _write(programme, targets, leads, funders)


def _write(programme: Programme, targets, leads, funders) -> Programme:
    try:
        with transaction.atomic():
            programme.save()
            programme.leads.set(leads)
            programme.funders.set(funders)
            programme.targets.all().delete()
            ProgrammeTarget.objects.bulk_create(
                ProgrammeTarget(programme=programme, **target) for target in targets
            )
    except IntegrityError as clash:
        raise NameTaken(programme.name) from clash
    return programme
