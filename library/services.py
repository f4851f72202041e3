"""Writes about content: publishing on time, reminding of reviews, refusing to delete what is in use."""

import logging
from datetime import date, timedelta

from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import CASCADE, Model
from django.utils import timezone
from wagtail.models import DraftStateMixin, Page, ReferenceIndex, Revision

from accounts.models import User
from accounts.roles import Role
from library.due import counts, due_items
from library.models import ReviewReminder
from trainingsite.lib.emails import send_templated

logger = logging.getLogger(__name__)
LISTED_IN_MAIL = 20


def publish_scheduled() -> None:
    """Unpublish what has expired and publish what is due. Safe to repeat and to run twice at once.

    The same steps as Wagtail's own command, each row in a transaction of its own: one page that cannot be
    published is logged and does not keep the others waiting.
    """
    now = timezone.now()
    models = [m for m in apps.get_models() if issubclass(m, DraftStateMixin) and not issubclass(m, Page)]
    for model in [Page, *models]:
        for pk in (
            model.objects.filter(live=True, expire_at__lt=now)
            .order_by("expire_at")
            .values_list("pk", flat=True)
        ):
            _isolated(_expire, model, pk, now)
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    for pk in list(due.values_list("pk", flat=True)):
        _isolated(_go_live, pk, now)


def _isolated(step, *args) -> None:
    try:
        with transaction.atomic():
            step(*args)
    except Exception:
        logger.exception("Scheduled publishing: %s%s was left as it is.", step.__name__, args)


def _expire(model, pk, now) -> None:
    row = model.objects.select_for_update(of=("self",)).filter(pk=pk, live=True, expire_at__lt=now).first()
    if row:
        row.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")


def _go_live(pk, now) -> None:
    revision = (
        Revision.objects.select_for_update(of=("self",)).filter(pk=pk, approved_go_live_at__lt=now).first()
    )
    if revision:
        revision.publish(log_action="wagtail.publish.scheduled")


def remind_of_due_content(today: date | None = None) -> int:
    """Tell each moderator, once a week at most, what is due for review; return the messages sent.

    Nothing due, nothing sent. A message that cannot be sent leaves no claim, so the next day tries again.
    """
    items = due_items()
    if not items:
        return 0
    today = today or timezone.localdate()
    week = today - timedelta(days=today.weekday())
    moderators = User.objects.filter(is_active=True, groups__name=Role.MODERATOR)
    return sum(_remind(user, week, items) for user in moderators.exclude(review_reminders__week=week))


def _remind(user: User, week: date, items: list) -> bool:
    overdue, soon = counts(items)
    context = {
        "user": user,
        "items": items[:LISTED_IN_MAIL],
        "total": len(items),
        "overdue": overdue,
        "soon": soon,
    }
    try:
        with transaction.atomic():
            ReviewReminder.objects.create(recipient=user, week=week)
            send_templated("content_due", to=user.email, context=context)
    except IntegrityError:  # Another beat claimed it a moment earlier.
        return False
    except OSError:
        logger.exception("The review reminder could not be sent; the next run tries again.")
        return False
    return True


def is_used(row: Model) -> bool:
    """Say whether a page or record refers to `row`: then it may be changed or retired, never deleted.

    Its own parts, which go with it, are no use of it.
    """
    if ReferenceIndex.get_references_to(row).exists():
        return True
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.related_objects
        if relation.many_to_many or relation.on_delete is not CASCADE
    )
