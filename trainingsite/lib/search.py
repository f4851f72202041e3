"""The search backend: Wagtail's own for the database in use, behind one cleaning step.

Every search box, the CMS's included, comes through here, so no quote, NUL, operator or
20 kB paste reaches the full-text engines, which answer such things with an error.
"""

import re

from modelsearch.backends.base import EmptySearchResults
from modelsearch.backends.database import SearchBackend as DatabaseSearchBackend

MAX_WORDS = 12
MAX_WORD_LENGTH = 60


def clean_terms(text: str) -> str:
    """Return the words of `text`, at most 12 of at most 60 characters, joined by spaces."""
    words = re.findall(r"\w+", text[:2000])
    return " ".join(word[:MAX_WORD_LENGTH] for word in words[:MAX_WORDS])


class CleaningMixin:
    """Clean a typed query; leave query objects such as MATCH_ALL alone."""

    def search(self, query, *args, **kwargs):
        return self._cleaned(super().search, query, *args, **kwargs)

    def autocomplete(self, query, *args, **kwargs):
        return self._cleaned(super().autocomplete, query, *args, **kwargs)

    @staticmethod
    def _cleaned(search, query, *args, **kwargs):
        if isinstance(query, str):
            query = clean_terms(query)
            if not query:
                return EmptySearchResults()
        return search(query, *args, **kwargs)


def SearchBackend(params):  # noqa: N802 -- the name that Wagtail looks for
    """Return the backend for the database in use, with cleaning in front."""
    backend = DatabaseSearchBackend(params)
    kind = type(backend)
    backend.__class__ = type(f"Cleaning{kind.__name__}", (CleaningMixin, kind), {})
    return backend
