"""Reads of the library that pages share."""

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.cache import cache
from django.db import transaction
from django.db.models import Case, Count, IntegerField, Min, When
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from wagtail.search.backends import get_search_backend

from library.models import HelpContact, Indicator, SiteSettings

SITE_INFO_KEY = "library:site-info"
SITE_END_KEY = "library:site-end"
SITE_INFO_SECONDS = 300


@dataclass(frozen=True)
class SiteInfo:
    """What stands on every page: the editor's settings and the contacts of the help box."""

    settings: SiteSettings
    contacts: list[HelpContact]


def site_end() -> SafeString:
    """Return the help box and footer, drawn once for all pages and kept until an editor changes them."""
    found = cache.get(SITE_END_KEY)
    if found is None:
        info = site_info()
        context = {"help_contacts": info.contacts, "site_settings": info.settings}
        found = render_to_string("components/site_end.html", context)
        cache.set(SITE_END_KEY, found, SITE_INFO_SECONDS)
    return found


def site_info() -> SiteInfo:
    """Return the settings and help box contacts: two queries at first, then none for five minutes."""
    found = cache.get(SITE_INFO_KEY)
    if found is None:
        row = SiteSettings.objects.filter(site__is_default_site=True).first() or SiteSettings()
        found = SiteInfo(row, list(HelpContact.objects.filter(in_help_box=True)))
        cache.set(SITE_INFO_KEY, found, SITE_INFO_SECONDS)
    return found


def forget_site_info(**kwargs) -> None:
    """Read afresh from the next page on. Called when a contact or the settings are saved."""
    keys = [SITE_INFO_KEY, SITE_END_KEY]
    cache.delete_many(keys)
    transaction.on_commit(lambda: cache.delete_many(keys))


@dataclass(frozen=True)
class Filters:
    """What a reader asked of the indicator library. Codes not in the vocabulary mean no filter."""

    text: str = ""
    form: str = ""
    sector: str = ""
    setting: str = ""

    def as_query(self) -> str:
        """Return the filters as a query string, ready to stand behind a `?`; empty when there are none."""
        named = {"q": self.text, "form": self.form, "sector": self.sector, "setting": self.setting}
        return urlencode({name: value for name, value in named.items() if value})


def find_indicators(filters: Filters):
    """Return the matching signs: by form and code, or the best matches of a search first.

    Without text one query; with it two more: whole words, then beginnings of words.
    """
    rows = Indicator.objects.matching(form=filters.form, sector=filters.sector, setting=filters.setting)
    rows = rows.prefetch_related("forms")
    if not filters.text:
        return rows.annotate(place=Min("forms__order")).order_by("place", "code")
    backend = get_search_backend()
    found = [
        row.pk
        for search in (backend.search, backend.autocomplete)
        for row in search(filters.text, Indicator.objects.only("pk"), operator="and")
    ]
    ranks = {pk: rank for rank, pk in enumerate(dict.fromkeys(found))}
    whens = [When(pk=pk, then=rank) for pk, rank in ranks.items()]
    return rows.filter(pk__in=ranks).order_by(Case(*whens, default=0, output_field=IntegerField()))


def related_indicators(indicator: Indicator, limit: int = 5):
    """Return signs often met beside this one: same form and a setting in common."""
    return (
        Indicator.objects.filter(forms__in=indicator.forms.all(), settings__in=indicator.settings.all())
        .exclude(pk=indicator.pk)
        .annotate(shared=Count("settings"))
        .order_by("-shared", "code")[:limit]
    )


def grouped_by_form(rows) -> list[tuple[str, list[Indicator]]]:
    """Return (form of exploitation, its signs) in the vocabulary's order; a sign stands under its first form."""
    groups = defaultdict(list)
    for row in rows:
        form = next(iter(row.forms.all()), None)
        groups[(form.order, form.name) if form else (0, "Any form")].append(row)
    return [(name, groups[order, name]) for order, name in sorted(groups)]
