"""What tables hold about a person: how it is given back and how it is erased."""

from django.db.models import Q

from attendance.models import Seat, TablePlan


def export_tables(user) -> dict:
    """Return the person's own seats; with whom others are kept apart is not theirs."""
    seats = Seat.objects.filter(learner=user).select_related("plan__session")
    return {
        "seats": [
            {"session": seat.plan.session.title, "round": seat.round, "table": seat.table} for seat in seats
        ]
    }


def erase_tables(user) -> None:
    """Take the person out of every table, and out of the wishes and the tables kept for undoing."""
    key = f"l{user.pk}"
    known = (
        Q(seats__learner=user) | Q(session__bookings__learner=user) | Q(session__attendances__learner=user)
    )
    for plan in TablePlan.objects.filter(known).distinct():
        plan.wishes = _without(plan.wishes, key)
        plan.save(update_fields=["wishes"])
    Seat.objects.filter(learner=user).delete()


def _without(value, key: str):
    """`value` of JSON without `key` in any list."""
    if isinstance(value, dict):
        return {name: _without(part, key) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part, key) for part in value if part != key]
    return value
