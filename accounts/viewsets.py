"""Organisations and sectors in the CMS."""

import difflib

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TitleFieldPanel
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn
from wagtail.admin.views.generic import PermissionCheckedMixin, WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.snippets.views.snippets import EditView, SnippetViewSetGroup

from accounts.models import Agency, Sector
from accounts.roles import Role
from accounts.services import merge_agencies
from trainingsite.lib.cms import ListView, ListViewSet


class AgencyForm(WagtailAdminModelForm):
    def clean_name(self):
        name = self.cleaned_data["name"]
        if Agency.objects.named(name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("There is an organisation of this name already. Edit that one instead.")
        return name


class AgencyFilterSet(WagtailFilterSet):
    kind = django_filters.AllValuesFilter(label="Type", empty_label="All")
    region = django_filters.AllValuesFilter(label="Region", empty_label="All")

    class Meta:
        model = Agency
        fields = ["is_confirmed", "sector", "kind", "region", "first_responder"]


class MergeButtonMixin:
    """Offers “Merge into another…” to those who may delete organisations."""

    merge_url_name = None

    def merge_button(self, agency: Agency) -> list[Button]:
        if not self.user_has_permission("delete"):
            return []
        url = reverse(self.merge_url_name, args=[agency.pk])
        return [Button("Merge into another…", url=url, icon_name="resubmit", priority=25)]


class AgencyListView(MergeButtonMixin, ListView):
    def get_base_queryset(self):
        rows = super().get_base_queryset()
        return rows.select_related("sector").annotate(people=Count("users"))

    def get_list_more_buttons(self, instance):
        return [*super().get_list_more_buttons(instance), *self.merge_button(instance)]


class AgencyEditView(MergeButtonMixin, EditView):
    @cached_property
    def header_more_buttons(self):
        return [*super().header_more_buttons, *self.merge_button(self.object)]


class MergeForm(forms.Form):
    target = forms.ModelChoiceField(
        Agency.objects.none(),
        label="Merge into",
        help_text="The organisation that stays. Everybody moves there.",
    )

    def __init__(self, *args, source: Agency, **kwargs):
        super().__init__(*args, **kwargs)
        others = Agency.objects.confirmed().exclude(pk=source.pk)
        names = dict(others.values_list("name", "pk"))
        likely = difflib.get_close_matches(source.name, names, n=1)
        self.fields["target"].queryset = others
        self.initial["target"] = names[likely[0]] if likely else None


class MergeView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """Ask which organisation stays, say what will move, then do it."""

    model = Agency
    permission_required = "delete"
    form_class = MergeForm
    template_name = "accounts/admin/merge_agency.html"
    page_title = "Merge into another organisation"
    header_icon = "group"
    index_url_name = None

    @cached_property
    def source(self) -> Agency:
        return get_object_or_404(Agency, pk=self.kwargs["pk"])

    def get_page_subtitle(self):
        return self.source.name

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": "Organisations"},
            {"url": "", "label": self.page_title, "sublabel": self.source.name},
        ]

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "source": self.source}

    def get_context_data(self, **kwargs):
        people = self.source.users.all()
        return {
            **super().get_context_data(**kwargs),
            "source": self.source,
            "people": people.count(),
            "leads": people.filter(groups__name=Role.AGENCY_LEAD).count(),
            "list_url": reverse(self.index_url_name),
        }

    def form_valid(self, form):
        target = form.cleaned_data["target"]
        name = self.source.name
        try:
            people = merge_agencies(self.source, target)
        except Agency.DoesNotExist as gone:  # A second click, or a colleague, was faster.
            raise Http404 from gone
        log(target, "accounts.merge_agency", user=self.request.user, data={"merged": name, "people": people})
        messages.success(self.request, f"“{name}” is now part of “{target.name}”. People moved: {people}.")
        return redirect(self.index_url_name)


class AgencyViewSet(ListViewSet):
    model = Agency
    icon = "group"
    menu_label = "Organisations"
    index_view_class = AgencyListView
    edit_view_class = AgencyEditView
    filterset_class = AgencyFilterSet
    ordering = "name"
    search_fields = ["name", "kind", "region"]
    list_display = [
        "name",
        Column("kind", label="Type", sort_key="kind"),
        Column("sector", label="Sector", sort_key="sector__name"),
        Column("region", label="Region", sort_key="region"),
        NumberColumn("people", label="People", sort_key="people"),
        NumberColumn("headcount", label="Headcount", sort_key="headcount"),
        BooleanColumn("is_confirmed", label="Confirmed", sort_key="is_confirmed"),
    ]
    list_export = [
        "name",
        "kind",
        "sector",
        "region",
        "first_responder",
        "is_confirmed",
        "people",
        "headcount",
    ]
    export_headings = {"people": "People"}
    export_filename = "organisations"
    inspect_view_fields = [
        "name", "kind", "sector", "region", "headcount", "first_responder", "is_confirmed",
    ]  # fmt: skip
    edit_handler = ObjectList(
        [
            TitleFieldPanel("name", targets=["slug"], placeholder=False),
            FieldPanel("slug", help_text="Short name in addresses: small letters, digits and hyphens."),
            FieldRowPanel(["kind", "sector", "region"]),
            FieldPanel("headcount"),
            FieldPanel(
                "first_responder",
                help_text="May this organisation refer people into the National Referral Mechanism?",
            ),
            FieldPanel("is_confirmed"),
        ],
        base_form_class=AgencyForm,
    )

    def get_index_view_kwargs(self, **kwargs):
        return super().get_index_view_kwargs(merge_url_name=self.get_url_name("merge"), **kwargs)

    def get_edit_view_kwargs(self, **kwargs):
        return super().get_edit_view_kwargs(merge_url_name=self.get_url_name("merge"), **kwargs)

    def get_urlpatterns(self):
        merge = MergeView.as_view(index_url_name=self.get_url_name("list"))
        return [*super().get_urlpatterns(), path("merge/<int:pk>/", merge, name="merge")]


class SectorViewSet(ListViewSet):
    model = Sector
    icon = "tag"
    ordering = "order"
    search_fields = ["name", "code", "examples"]
    list_display = ["name", "code", "examples", "order"]
    list_export = ["code", "name", "examples", "order"]
    export_filename = "sectors"
    panels = [FieldRowPanel(["code", "order"]), "name", "examples"]


class PeopleGroup(SnippetViewSetGroup):
    items = [AgencyViewSet, SectorViewSet]
    menu_label = "People"
    menu_icon = "group"
    menu_name = "people"
    menu_order = 420
