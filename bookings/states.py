"""Which steps a booking may take, and who may cause them. Pure: no database.

Nobody gives a place by hand: people are accepted into the queue, and the platform alone gives places from it,
so that capacity, quotas and order are kept in one routine (bookings.services.fill).
"""

from enum import StrEnum

from bookings.models import BookingState as State

NONE = ""  # before there is a booking


class Actor(StrEnum):
    LEARNER = "learner"  # the person whose booking it is
    TRAINER = "trainer"  # may change the group
    AGENCY = "agency"  # books for their own organisation's people
    PLATFORM = "platform"


PEOPLE = frozenset({Actor.LEARNER, Actor.TRAINER, Actor.AGENCY})
OWN_SIDE = frozenset({Actor.LEARNER, Actor.AGENCY})
TRAINERS = frozenset({Actor.TRAINER})
PLATFORM = frozenset({Actor.PLATFORM})

#: (was, became) -> who may cause it. What is not here does not happen.
STEPS: dict[tuple[str, str], frozenset[Actor]] = {
    (NONE, State.REQUESTED): PEOPLE,
    (NONE, State.APPROVED): PEOPLE,
    (State.REQUESTED, State.APPROVED): TRAINERS,
    (State.REQUESTED, State.DECLINED): TRAINERS,
    (State.REQUESTED, State.CANCELLED): PEOPLE,
    (State.APPROVED, State.BOOKED): PLATFORM,
    (State.APPROVED, State.WAITLISTED): PLATFORM,
    (State.WAITLISTED, State.BOOKED): PLATFORM,
    (State.WAITLISTED, State.CANCELLED): PEOPLE | PLATFORM,
    (State.BOOKED, State.CANCELLED): PEOPLE | PLATFORM,
    (State.CANCELLED, State.REQUESTED): PEOPLE,
    (State.CANCELLED, State.APPROVED): PEOPLE,
    (State.DECLINED, State.REQUESTED): TRAINERS,
    (State.DECLINED, State.APPROVED): TRAINERS,
}


class IllegalStep(Exception):
    """The booking cannot go from where it stands to where it was sent, or not by this person."""


def check(was: str, became: str, actor: Actor) -> None:
    """Raise IllegalStep unless `actor` may take a booking from `was` to `became`."""
    if actor not in STEPS.get((was, became), ()):
        raise IllegalStep(f"{was or 'nothing'} to {became} by {actor}")


def may(was: str, became: str, actor: Actor) -> bool:
    return actor in STEPS.get((was, became), ())
