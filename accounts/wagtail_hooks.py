"""Organisations and people in the CMS.

Organisations: menu, log, and what the dashboard says about names not yet checked. People: deleting one
erases them, so that records which must stay keep pointing at a row without a name.
"""

from django.shortcuts import redirect
from django.urls import reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.ui.components import Component
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from accounts import personal_data
from accounts.models import Agency, User
from accounts.viewsets import PeopleGroup

register_snippet(PeopleGroup)


@hooks.register("register_log_actions")
def register_merge_action(actions):
    @actions.register_action("accounts.merge_agency")
    class MergeAgencyFormatter(LogFormatter):
        label = "Merge organisation"

        def format_message(self, log_entry):
            return f"“{log_entry.data['merged']}” merged into this one. People moved: {log_entry.data['people']}."


class UnconfirmedPanel(Component):
    """Organisations that learners typed and nobody has checked."""

    name = "unconfirmed-organisations"
    template_name = "accounts/admin/unconfirmed_panel.html"
    order = 150
    shown = 5

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        if not user.has_perm("accounts.change_agency"):
            return {}
        waiting = Agency.objects.filter(is_confirmed=False)
        url_name = Agency.snippet_viewset.get_url_name
        return {
            "total": waiting.count(),
            "agencies": [
                {
                    "name": agency.name,
                    "edit_url": reverse(url_name("edit"), args=[agency.pk]),
                    "merge_url": reverse(url_name("merge"), args=[agency.pk]),
                }
                for agency in waiting.order_by("-pk")[: self.shown]
            ],
            "can_merge": user.has_perm("accounts.delete_agency"),
            "list_url": f"{reverse(url_name('list'))}?is_confirmed=false",
        }


@hooks.register("construct_homepage_panels")
def add_unconfirmed_panel(request, panels):
    panels.append(UnconfirmedPanel())


@hooks.register("before_delete_user")
def erase_instead_of_deleting(request, user):
    if request.method != "POST":
        return None
    personal_data.erase(user)
    messages.success(request, "The account is closed and the person's details are erased.")
    return redirect("wagtailusers_users:index")


@hooks.register("before_bulk_action")
def erase_several_instead_of_deleting(request, action_type, objects, action):
    if action_type != "delete" or action.model is not User:
        return None
    for user in objects:
        personal_data.erase(user)
    messages.success(request, f"Accounts closed and details erased: {len(objects)}.")
    return redirect("wagtailusers_users:index")
