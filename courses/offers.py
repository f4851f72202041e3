"""Dated meetings about a course that apps above it offer, for the course's own page.

Courses know nothing of sessions; an app above registers a provider when it starts (AppConfig.ready).
"""

from collections.abc import Callable
from dataclasses import dataclass

from courses.models import CoursePage


@dataclass(frozen=True)
class Offer:
    """One line on the course's page: what, when and where in words, and its own page."""

    title: str
    words: str
    url: str


#: Takes the course. The page is read often: no query each time.
Provider = Callable[[CoursePage], list[Offer]]

_providers: list[Provider] = []


def register_offers(provider: Provider) -> None:
    if provider not in _providers:
        _providers.append(provider)


def offers_of(course: CoursePage) -> list[Offer]:
    """Return what all apps above offer for `course`."""
    return [offer for provider in _providers for offer in provider(course)]
