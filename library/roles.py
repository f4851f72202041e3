"""What each role may do in the CMS. One place says it; every `migrate` puts it into effect."""

from collections.abc import Collection

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from wagtail.models import (
    Collection as MediaCollection,
)
from wagtail.models import (
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from accounts.roles import Role

WORKFLOW_NAME = "Moderators approval"
LIBRARY = (
    "library.indicator",
    "library.fact",
    "library.helpcontact",
    "library.exploitationform",
    "library.setting",
)
#: The editors' side of the question bank; learners' attempts and answers are not in it.
QUESTION_BANK = ("quizzes.quiz", "quizzes.item", "quizzes.category")
#: How certificates look. What was issued is not in it.
CERTIFICATES = ("certificates.certificatetemplate",)
#: Written as drafts: what editors submit waits for a moderator, as pages do.
MODERATED = ("quizzes.item", *CERTIFICATES)


def rights(models: Collection[str], *actions: str) -> set[str]:
    """Return the names of `actions` on `models`: rights(["library.fact"], "add") is {"library.add_fact"}."""
    return {f"{app}.{action}_{model}" for app, model in (m.split(".") for m in models) for action in actions}


ACCESS = {"wagtailadmin.access_admin"}
EDITOR = ACCESS | rights(
    [*LIBRARY, *QUESTION_BANK, *CERTIFICATES, "accounts.agency"], "add", "change", "view"
)
MODERATOR = (
    EDITOR
    | rights([*LIBRARY, *QUESTION_BANK, *CERTIFICATES, "accounts.agency"], "delete")
    | rights(MODERATED, "publish", "lock", "unlock")
    | rights(["accounts.sector", "bookings.venue"], "add", "change", "delete", "view")
    | rights(["library.sitesettings"], "change")
)
PROGRAMME_MANAGER = (
    ACCESS
    | rights(["accounts.agency", "bookings.venue"], "add", "change", "delete", "view")
    | rights(["accounts.sector"], "change", "view")
    | rights(LIBRARY, "view")
    | rights(["library.sitesettings"], "change")
)
#: Rights on tables, for the whole site.
MODEL_RIGHTS = {Role.EDITOR: EDITOR, Role.MODERATOR: MODERATOR, Role.PROGRAMME_MANAGER: PROGRAMME_MANAGER}
#: Rights on every page, set at the root of the tree.
PAGE_RIGHTS = {
    Role.EDITOR: rights(["wagtailcore.page"], "add", "change"),
    Role.MODERATOR: rights(["wagtailcore.page"], "add", "change", "publish", "lock", "unlock"),
    Role.PROGRAMME_MANAGER: set(),
}
FILES = ("wagtailimages.image", "wagtaildocs.document", "wagtailmedia.media")
USE_FILES = rights(FILES, "add", "change") | rights(FILES[:2], "choose")
#: Rights on images, documents and media, set at the root collection.
FILE_RIGHTS = {
    Role.EDITOR: USE_FILES,
    Role.MODERATOR: USE_FILES | rights(FILES, "delete"),
    Role.PROGRAMME_MANAGER: set(),
}


@transaction.atomic
def ensure_cms_roles() -> None:
    """Give editors, moderators and programme managers exactly the rights above. Safe to repeat.

    Rights on models that do not exist are left out. Trainers, agency leads and learners get none, so
    /cms/ is closed to them. For other wishes an operator makes a group of their own: no other group is touched.
    """
    found = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.select_related("content_type")
    }
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in MODEL_RIGHTS}
    root = Page.objects.filter(depth=1).first()
    collection = MediaCollection.objects.filter(depth=1).first()
    for role, group in groups.items():
        group.permissions.set(_known(found, MODEL_RIGHTS[role]))
        if root:
            _set_rights(GroupPagePermission, group, {"page": root}, _known(found, PAGE_RIGHTS[role]))
        if collection:
            _set_rights(
                GroupCollectionPermission, group, {"collection": collection}, _known(found, FILE_RIGHTS[role])
            )
    if root:
        ensure_workflow(root, groups[Role.MODERATOR])
    ensure_content_workflow(groups[Role.MODERATOR])


def _known(found: dict[str, Permission], names: Collection[str]) -> list[Permission]:
    return [found[name] for name in sorted(names) if name in found]


def _set_rights(model, group: Group, place: dict, permissions: list[Permission]) -> None:
    model.objects.filter(group=group).exclude(permission__in=permissions, **place).delete()
    for permission in permissions:
        model.objects.get_or_create(group=group, permission=permission, **place)


def ensure_workflow(root: Page, moderators: Group) -> None:
    """See to it that what an editor submits waits for a moderator, unless the site chose another workflow."""
    if not WorkflowPage.objects.filter(page=root).exists():
        WorkflowPage.objects.create(workflow=moderators_approval(moderators), page=root)


def ensure_content_workflow(moderators: Group) -> None:
    """The same for what is no page: questions and certificate templates. A workflow that the site chose for them stays."""
    for label in MODERATED:
        kind = ContentType.objects.filter(**dict(zip(("app_label", "model"), label.split("."), strict=True)))
        if kind.exists() and not WorkflowContentType.objects.filter(content_type=kind.get()).exists():
            WorkflowContentType.objects.create(
                workflow=moderators_approval(moderators), content_type=kind.get()
            )


def moderators_approval(moderators: Group) -> Workflow:
    """Return the workflow with one step: a moderator approves."""
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW_NAME, defaults={"active": True})
    task = GroupApprovalTask.objects.filter(name=WORKFLOW_NAME).first()
    task = task or GroupApprovalTask.objects.create(name=WORKFLOW_NAME)
    task.groups.add(moderators)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    return workflow


def after_migrate(**kwargs) -> None:
    """Receiver of post_migrate, when the permissions of all apps are there."""
    if WorkflowPage._meta.db_table in connection.introspection.table_names():
        ensure_cms_roles()
