"""The pages on which a question is written: Wagtail's own, with the checklist beside them."""

from django.contrib.admin.utils import quote
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from wagtail.admin import messages
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.admin.widgets.button import Button
from wagtail.snippets.views.snippets import CreateView, EditView

from courses.models import ModulePage
from quizzes.checklist import warnings_of
from quizzes.duplicates import those_like
from quizzes.models import Category, Item


class ChecklistPanel(BaseSidePanel):
    """The checklist for a good question and the questions that resemble it, refreshed with every saving."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = "Toggle checklist"
        icon_name = "list-ul"
        has_counter = False

    name = "checklist"
    title = "Checklist"
    template_name = "quizzes/cms/checklist_panel.html"
    order = 200

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context) | {"is_new": self.object.pk is None}
        if self.object.pk:
            context |= {"points": warnings_of(self.object), "similar": similar_to(self.object)}
        return context


def similar_to(item: Item) -> list[dict]:
    """Return the questions much like `item`, each with how alike, per cent, and its address in the CMS."""
    content = item.readable_content()
    found = those_like(content, besides=item.pk) if content else []
    items = Item.objects.in_bulk([pk for pk, _ in found])
    return [
        {"item": items[pk], "percent": percent, "url": edit_url_of(items[pk])}
        for pk, percent in found
        if pk in items
    ]


def edit_url_of(item: Item) -> str:
    return reverse(item.snippet_viewset.get_url_name("edit"), args=[quote(item.pk)])


class WithChecklist:
    """What the two forms share."""

    def get_side_panels(self):
        panels = list(super().get_side_panels())
        return MediaContainer([*panels, ChecklistPanel(self.form.instance, self.request)])

    def save_action(self):
        response = super().save_action()
        if not self.expects_json_response:
            self._tell()
        return response

    def _tell(self):
        points, similar = warnings_of(self.object), similar_to(self.object)
        rows = [(f"{point.where}: {point.text}",) for point in points]
        rows += [(f"Much like {row['item'].code} ({row['percent']}% alike).",) for row in similar]
        if rows:
            listed = format_html_join("", "<li>{}</li>", rows)
            text = format_html("{}: the checklist has hints. <ul>{}</ul>", self.object.code, listed)
            messages.warning(self.request, text)


class ItemCreateView(WithChecklist, CreateView):
    """A new question. `?module=` and `?category=` say where it belongs; else it follows the editor's last one."""

    def get_initial_form_instance(self):
        asked, item = self.request.GET, Item(live=False)
        module = ModulePage.objects.filter(code=asked.get("module", "").replace("\0", "")[:12]).first()
        if module:
            item.module = module
        else:
            own = Item.objects.filter(latest_revision__user=self.request.user)
            last = own.select_related("module", "category").order_by("-pk").first()
            if last:
                item.module, item.category = last.module, last.category
        number = asked.get("category", "")
        if number.isascii() and number.isdigit() and len(number) < 10:
            item.category = Category.objects.filter(pk=number).first() or item.category
        return item


class ItemEditView(WithChecklist, EditView):
    @cached_property
    def header_more_buttons(self):
        pk = self.object.pk
        return [
            *super().header_more_buttons,
            Button("Try it out", url=reverse("try_question", args=[pk]), icon_name="view", priority=15),
            Button("Where used", url=reverse("question_use", args=[pk]), icon_name="link", priority=16),
            Button("Correct marks", url=reverse("correct_marks", args=[pk]), icon_name="check", priority=17),
        ]
