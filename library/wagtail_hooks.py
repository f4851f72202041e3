"""The CMS for content editors: menus, dashboard, report, help, and what may not be deleted."""

import re

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from library.due import counts, due_items, register_due_source
from library.models import Fact, HelpContact, Indicator
from library.reports import DueReportView
from library.services import is_used
from library.viewsets import LibraryGroup

GUIDE = settings.BASE_DIR / "docs" / "editors.md"
#: Entries of Wagtail's help menu that lead to other hosts.
FOREIGN_HELP = re.compile(r"^(whats-new-in-wagtail-.*|editor-guide)$")

register_snippet(LibraryGroup)
register_due_source("indicator", "Indicator", Indicator.objects.all)
register_due_source("fact", "Fact", Fact.objects.all)
register_due_source("contact", "Help contact", HelpContact.objects.all)


@hooks.register("register_admin_urls")
def register_urls():
    return [
        path("reports/content-due/", DueReportView.as_view(), name="content_due"),
        path(
            "reports/content-due/results/",
            DueReportView.as_view(results_only=True),
            name="content_due_results",
        ),
        path("guide/", guide, name="editors_guide"),
    ]


@hooks.register("register_reports_menu_item")
def register_due_report():
    return MenuItem("Content due for review", reverse("content_due"), icon_name="calendar-alt", order=50)


def guide(request):
    """Show docs/editors.md inside the CMS; its pictures are for readers of the repository."""
    if not GUIDE.exists():
        raise Http404
    text = re.sub(r"^!\[.*\n?", "", GUIDE.read_text(), flags=re.MULTILINE)
    title, _, body = text.partition("\n")
    html = mark_safe(MarkdownIt("js-default").render(body))  # noqa: S308 -- our own file, HTML in it is escaped
    return render(request, "library/admin/guide.html", {"header_title": title.lstrip("# "), "guide": html})


@hooks.register("register_help_menu_item")
def register_guide():
    return MenuItem("Guide for editors", reverse("editors_guide"), icon_name="help", order=900)


@hooks.register("construct_help_menu")
def keep_help_at_home(request, items):
    """Wagtail's own entries lead to other hosts."""
    items[:] = [item for item in items if not FOREIGN_HELP.match(item.name)]


class FirstStepsPanel(Component):
    """What an editor or moderator does first."""

    name = "first-steps"
    template_name = "library/admin/first_steps_panel.html"
    order = 10

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        return {
            "may_edit": user.has_perm("library.change_fact"),
            "may_delete": user.has_perm("library.delete_fact"),
            "guide_url": reverse("editors_guide"),
            "pages_url": reverse("wagtailadmin_explore_root"),
            "facts_url": reverse(Fact.snippet_viewset.get_url_name("list")),
            "contacts_url": reverse(HelpContact.snippet_viewset.get_url_name("list")),
            "due_url": reverse("content_due"),
        }


class DuePanel(Component):
    """How much content has come round for review."""

    name = "content-due"
    template_name = "library/admin/due_panel.html"
    order = 100

    def get_context_data(self, parent_context):
        overdue, soon = counts(due_items())
        return {"overdue": overdue, "soon": soon, "url": reverse("content_due")}


@hooks.register("construct_homepage_panels")
def add_panels(request, panels):
    panels += [FirstStepsPanel(), DuePanel()]


@hooks.register("before_delete_snippet")
def keep_what_is_used(request, rows):
    """Pages and records that refer to a row would lose their source: it is changed or retired instead."""
    used = [row for row in rows if is_used(row)]
    if not used:
        return None
    names = ", ".join(str(row) for row in used[:5])
    messages.error(request, f"In use, so not deleted: {names}. Change it, or take it out of the pages first.")
    return redirect(used[0].snippet_viewset.get_url_name("list"))


@hooks.register("insert_global_admin_css")
def brand_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/cms.css"))
