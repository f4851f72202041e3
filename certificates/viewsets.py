"""Certificate templates in the CMS."""

from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView

from certificates.models import CertificateTemplate, TemplateUse
from certificates.template_editor import template_panels
from trainingsite.lib.cms import ListView, ListViewSet


def uses_in_words(template: CertificateTemplate) -> str:
    """Return the courses and programmes that use it now. Ask for rows with `versions__uses` prefetched."""
    uses = [use for version in template.versions.all() for use in version.uses.all()]
    return ", ".join(str(use.programme or use.course or "Everything else") for use in uses) or "Nothing"


class TemplateListView(ListView):
    prefetch = ("versions__uses__course", "versions__uses__programme")


class TemplateEditView(EditView):
    @cached_property
    def header_more_buttons(self):
        url = reverse("certificate_template_use", args=[self.object.pk])
        return [*super().header_more_buttons, Button("Where used", url=url, icon_name="link", priority=16)]


class CertificateTemplateViewSet(ListViewSet):
    model = CertificateTemplate
    icon = "doc-full"
    menu_label = "Certificates"
    menu_order = 305
    add_to_admin_menu = True
    index_view_class = TemplateListView
    edit_view_class = TemplateEditView
    edit_handler = template_panels
    inspect_view_enabled = False
    ordering = "name"
    search_fields = ["name", "heading"]
    list_display = [
        "name",
        Column("uses", label="Used for", accessor=uses_in_words),
        Column("status_in_words", label="Status"),
    ]
    list_export = [
        "name",
        "status_in_words",
        "courses",
        "programmes",
        "is_default",
        "palette",
        "last_published_at",
    ]
    export_headings = {"status_in_words": "Status"}
    export_filename = "certificate-templates"


def template_use(request, pk: int):
    """Tell what uses a template, and who signed off each version of it."""
    template = get_object_or_404(CertificateTemplate, pk=pk)
    if not policy_registry.get(template).user_has_any_permission(request.user, {"change", "publish"}):
        raise PermissionDenied
    versions = template.versions.select_related("published_by").annotate(
        awards=Count("activity_versions__awards", distinct=True),
        drawn=Count("certificates", distinct=True),
    )
    edit_url = reverse(template.snippet_viewset.get_url_name("edit"), args=[quote(template.pk)])
    context = {
        "template": template,
        "header_title": f"Where “{template}” is used",
        "breadcrumbs_items": [
            {"url": edit_url, "label": template.name},
            {"url": "", "label": "Where used"},
        ],
        "uses": TemplateUse.objects.filter(version__template=template).select_related("course", "programme"),
        "versions": versions,
    }
    return render(request, "certificates/cms/template_use.html", context)
