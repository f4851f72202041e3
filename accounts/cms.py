"""Wagtail's user management in /cms/, fitted to our user."""

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import Group
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.admin.views.account import AccountView as WagtailAccountView
from wagtail.admin.views.account import NameEmailSettingsPanel
from wagtail.users.forms import UserForm as WagtailUserForm
from wagtail.users.views.users import CreateView as WagtailCreateView
from wagtail.users.views.users import EditView as WagtailEditView
from wagtail.users.views.users import IndexView as WagtailIndexView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from accounts.models import User
from accounts.services import set_email


@login_not_required
def login_door(request):
    """Lead to the one log-in. Whom Wagtail sends here although they are logged in has no right to enter."""
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", ""), reverse("account_login"))


class UserForm(WagtailUserForm):
    """A person as staff enter one. The person proves the address by code and sets a password of their own."""

    first_name = None
    last_name = None
    email = forms.EmailField(
        label="E-mail address",
        help_text="They log in with a code sent to it, and can then choose a password.",
    )

    class Meta:
        model = User
        fields = ["email", "name", "sector", "agency", "job_role", "is_active", "is_superuser", "groups"]
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args, editing_self=False, for_superuser=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = Group.objects.order_by("name")
        if editing_self:
            del self.fields["is_active"]
        if editing_self or not for_superuser:
            del self.fields["is_superuser"]

    def clean_email(self):
        return self.cleaned_data["email"].lower()

    def save(self, commit=True):
        if not self.instance.pk:
            self.instance.set_unusable_password()
        user = super().save(commit)
        set_email(user, user.email)
        return user


class WithViewer:
    """Only a superuser may make another one."""

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"for_superuser": self.request.user.is_superuser}


class CreateView(WithViewer, WagtailCreateView):
    pass


class EditView(WithViewer, WagtailEditView):
    pass


class IndexView(WagtailIndexView):
    search_fields = ["name", "email"]


class UserViewSet(WagtailUserViewSet):
    index_view_class = IndexView
    add_view_class = CreateView
    edit_view_class = EditView

    def get_form_class(self, for_update=False):
        return UserForm


class AccountView(WagtailAccountView):
    """An editor's own settings in the CMS; the name is changed on /my/account/ like everybody's."""

    def get_panels(self):
        return [panel for panel in super().get_panels() if not isinstance(panel, NameEmailSettingsPanel)]
