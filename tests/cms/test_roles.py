"""Who may enter the CMS and do what there, on a database that was only migrated."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Workflow, WorkflowPage

from accounts.roles import Role
from library.models import SiteSettings
from library.roles import ensure_cms_roles
from tests.cms.content import make_module
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
STAFF = {Role.EDITOR, Role.MODERATOR, Role.PROGRAMME_MANAGER}


@pytest.mark.parametrize("role", [None, *Role])
def test_only_content_staff_and_managers_enter_the_cms(role, client_for):
    client = client_for(UserFactory(role=role))
    response = client.get("/cms/")
    assert (response.status_code == 200) is (role in STAFF)
    if role not in STAFF:
        assert client.get("/cms/snippets/library/fact/").status_code in {302, 403}
        assert client.get(reverse("content_due")).status_code in {302, 403}
        assert client.get(reverse("editors_guide")).status_code in {302, 403}


def test_visitors_are_led_to_log_in(client):
    for address in ("/cms/", "/cms/pages/", reverse("content_due"), reverse("editors_guide")):
        response = client.get(address)
        assert response.status_code == 302
        assert "login" in response.headers["Location"], address


def test_the_second_factor_is_asked_for(client, editor):
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/cms/").status_code == 302


def snapshot() -> dict:
    return {
        group.name: (
            sorted(group.permissions.values_list("codename", flat=True)),
            sorted(group.page_permissions.values_list("page__depth", "permission__codename")),
            sorted(group.collection_permissions.values_list("permission__codename", flat=True)),
        )
        for group in Group.objects.all()
    }


def test_setting_the_roles_again_changes_nothing():
    before = snapshot()
    ensure_cms_roles()
    assert snapshot() == before
    assert Workflow.objects.count() == WorkflowPage.objects.count() == 1


def test_rights_given_by_hand_are_taken_back_and_other_groups_left_alone():
    before = snapshot()
    publish = Permission.objects.get(codename="publish_page", content_type__app_label="wagtailcore")
    editors = Group.objects.get(name=Role.EDITOR)
    GroupPagePermission.objects.create(group=editors, page=Page.objects.get(depth=1), permission=publish)
    editors.permissions.add(Permission.objects.get(codename="delete_fact"))
    own = Group.objects.create(name="Translators")
    own.permissions.add(Permission.objects.get(codename="access_admin"))

    ensure_cms_roles()

    assert {name: rights for name, rights in snapshot().items() if name != "Translators"} == before
    assert own.permissions.count() == 1


def test_roles_can_be_set_on_an_emptied_database():
    WorkflowPage.objects.all().delete()
    Workflow.objects.all().delete()
    GroupApprovalTask.objects.all().delete()
    Group.objects.all().delete()
    ensure_cms_roles()
    assert WorkflowPage.objects.get().page.depth == 1
    assert [group.name for group in GroupApprovalTask.objects.get().groups.all()] == [Role.MODERATOR]


def test_another_workflow_chosen_by_the_site_stays():
    own = Workflow.objects.create(name="Two pairs of eyes", active=True)
    WorkflowPage.objects.update(workflow=own)
    ensure_cms_roles()
    assert WorkflowPage.objects.get().workflow == own


@pytest.mark.parametrize(
    ("role", "may"), [(Role.EDITOR, False), (Role.MODERATOR, True), (Role.PROGRAMME_MANAGER, True)]
)
def test_site_settings_are_for_moderators_and_managers(role, may, client_for):
    make_module()
    client = client_for(UserFactory(role=role))
    site = SiteSettings.for_site(Page.objects.get(depth=2, slug="fairlead").sites_rooted_here.get())
    url = reverse("wagtailsettings:edit", args=["library", "sitesettings", site.site_id])
    assert (client.get(url).status_code == 200) is may


def test_managers_read_the_library_and_edit_nothing_in_it(as_manager):
    assert as_manager.get("/cms/snippets/library/fact/").status_code == 200
    assert as_manager.get("/cms/snippets/library/fact/add/").status_code == 302
    assert as_manager.get(reverse("wagtailadmin_explore_root")).status_code == 302


@pytest.mark.parametrize("kind", ["wagtailimages:index", "wagtaildocs:index", "wagtailmedia:index"])
def test_editors_use_images_documents_and_media(kind, as_editor):
    assert as_editor.get(reverse(kind)).status_code == 200
    add = {"wagtailmedia:index": reverse("wagtailmedia:add", args=["video"])}.get(kind)
    assert as_editor.get(add or reverse(kind.replace("index", "add_multiple"))).status_code == 200


def test_editors_reach_neither_users_nor_groups(as_editor, as_moderator):
    for client in (as_editor, as_moderator):
        assert client.get("/cms/users/").status_code == 302
        assert client.get("/cms/groups/").status_code == 302
