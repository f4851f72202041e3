"""What the CPD record holds about a person, given back; erasing it is a service."""

from typing import Any

from cpd.models import OutsideLearning, Reflection
from cpd.services import regulator_of


def export_cpd(user) -> dict[str, Any]:
    """Return everything written; the evidence files themselves are in the record's own export."""
    return {
        "regulator": regulator_of(user),
        "learning_elsewhere": [learning_as_data(row) for row in OutsideLearning.objects.of(user)],
        "reflections": [
            reflection_as_data(row)
            for row in Reflection.objects.of(user).select_related("award__activity", "outside")
        ],
    }


def learning_as_data(row: OutsideLearning) -> dict[str, Any]:
    return {
        "title": row.title,
        "provider": row.provider,
        "method": row.get_method_display(),
        "started_on": row.started_on,
        "completed_on": row.completed_on,
        "minutes": row.minutes,
        "participatory_minutes": row.participatory_minutes,
        "relates_to": row.relates_to,
        "evidence": row.evidence_name,
        "entered": row.created_at,
    }


def reflection_as_data(row: Reflection) -> dict[str, Any]:
    return {
        "about": row.award.activity.title if row.award else row.outside.title,
        "learned": row.learned,
        "practice": row.practice,
        "relevance": row.relevance,
        "peer": row.peer,
        "peer_role": row.peer_role,
        "written": row.written_at,
        "changed": row.changed_at,
    }
