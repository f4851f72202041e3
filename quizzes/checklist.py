"""The checklist (quizzes.checks) asked about questions of the bank, drafts included."""

from collections.abc import Iterable

from django.utils import timezone

from quizzes.checks import About, Warned, warnings_about
from quizzes.models import Item

#: What `warnings_of` reads; prefetch it for lists.
RELATED = ("choices", "facts", "indicators")


def warnings_of(item: Item) -> list[Warned]:
    """Return the points of the checklist that `item`, as it stands, does not meet. It asks no query if RELATED
    and `media` were fetched."""
    content = item.readable_content()
    if content is None:
        return [Warned("Scenario", "Finish the scenario: a decision or an ending lacks something.")]
    about = About(
        source=item.source,
        review_due_on=item.review_due_on,
        names_what_it_tests=bool(
            item.outcomes
            or list(item.facts.all())
            or list(item.indicators.all())
            or any(choice.indicator for choice in content.choices)
        ),
        media_lacks=item.media.missing_for_publication() if item.media else (),
    )
    return warnings_about(content, about, timezone.localdate())


def with_warnings(items: Iterable[Item]) -> list[tuple[Item, list[Warned]]]:
    """Return those of `items` that miss a point of the checklist, with what they miss."""
    asked = ((item, warnings_of(item)) for item in items)
    return [(item, found) for item, found in asked if found]
