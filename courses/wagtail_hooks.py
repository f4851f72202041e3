"""Courses and modules in the CMS: review dates, checks while writing, and what may not be deleted."""

from django.db import router
from django.db.models import ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.shortcuts import redirect
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.models import Page

from courses.models import CoursePage, ModulePage
from library.due import register_due_source

register_due_source(
    "module",
    "Module",
    lambda: ModulePage.objects.live().defer("body", "short_body"),
    checked_field="reviewed_on",
)
register_due_source("course", "Course", CoursePage.objects.live, checked_field="reviewed_on")


def holds_records(page) -> bool:
    """Say whether learners' records or a course refer to `page` or to a page under it."""
    collector = Collector(using=router.db_for_write(type(page)), origin=page)
    try:
        for one in page.get_descendants(inclusive=True).specific():
            collector.collect([one])
    except (ProtectedError, RestrictedError):
        return True
    return False


@hooks.register("before_delete_page")
def keep_pages_with_records(request, page):
    if not holds_records(page):
        return None
    messages.error(request, f"“{page}” is part of a course or of learners' records. Unpublish it instead.")
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def keep_pages_with_records_in_bulk(request, action_type, objects, action_class_instance):
    if action_type != "delete":
        return None
    kept = (keep_pages_with_records(request, page) for page in objects if isinstance(page, Page))
    return next((response for response in kept if response), None)


class CourseChecks(ContentCheckerItem):
    """Wagtail's checks in the preview, and ours: captions, content notes, alternative text."""

    axe_run_only = [
        *(rule for rule in ContentCheckerItem.axe_run_only if rule != "empty-meta-description"),
        "image-alt",
        "fairlead-video",
        "fairlead-case-study",
    ]
    axe_custom_rules = [
        *(rule for rule in ContentCheckerItem.axe_custom_rules if rule["id"] != "empty-meta-description"),
        {
            "id": "fairlead-video",
            "impact": "critical",
            "selector": "video",
            "tags": ["best-practice"],
            "any": ["fairlead-video-is-complete"],
            "enabled": True,
        },
        {
            "id": "fairlead-case-study",
            "impact": "critical",
            "selector": ".app-case",
            "tags": ["best-practice"],
            "any": ["fairlead-case-study-has-note"],
            "enabled": True,
        },
    ]
    axe_custom_checks = [
        *(
            check
            for check in ContentCheckerItem.axe_custom_checks
            if check["id"] != "check-empty-meta-description"
        ),
        {"id": "fairlead-video-is-complete"},
        {"id": "fairlead-case-study-has-note"},
    ]
    axe_messages = ContentCheckerItem.axe_messages | {
        "image-alt": {
            "error_name": "Image without alternative text",
            "help_text": "Say what the picture shows, or mark it as decorative",
        },
        "fairlead-video": {
            "error_name": "Video without captions or transcript",
            "help_text": "Add both under Media; until then it cannot be published",
        },
        "fairlead-case-study": {
            "error_name": "Case study without a content note",
            "help_text": "Say what hard material it holds; until then it cannot be published",
        },
    }

    class Media:
        js = ["js/editor-checks.js"]


@hooks.register("construct_wagtail_userbar")
def add_checks(request, items, page):
    items[:] = [
        CourseChecks(in_editor=item.in_editor) if isinstance(item, ContentCheckerItem) else item
        for item in items
    ]
