"""What groups hold about a person: how it is given back and how it is erased."""

from django.db.models import Q
from django.utils import timezone

from cohorts.models import CohortMember, Invitation, Message, PeopleFile, Recipient

KEPT = "That a person without a name was in a group, and when, so that the group's numbers stay right."


def export_cohorts(user) -> dict:
    """Return groups joined and left, invitations and messages received, messages sent, groups and programmes run."""
    members = CohortMember.objects.filter(learner=user).select_related("cohort__course")
    invitations = _invitations_of(user).select_related("cohort")
    return {
        "groups": [
            {
                "group": m.cohort.name,
                "course": m.cohort.course.title,
                "came_by": m.get_source_display(),
                "joined": m.joined_at,
                "left": m.left_at,
                "removed_by_trainer": m.removed_by_id is not None,
            }
            for m in members
        ],
        "invitations": [
            {
                "group": i.cohort.name,
                "email": i.email,
                "invited": i.invited_at,
                "accepted": i.accepted_at,
                "declined": i.declined_at,
                "withdrawn": i.withdrawn_at,
            }
            for i in invitations
        ],
        "messages_received": [
            {
                "group": r.message.cohort.name,
                "kind": r.message.get_kind_display(),
                "subject": r.message.subject,
                "text": r.message.text,
                "sent": r.emailed_at,
            }
            for r in Recipient.objects.filter(learner=user).select_related("message__cohort")
        ],
        "messages_sent": list(
            Message.objects.filter(sent_by=user).values("cohort__name", "kind", "subject", "text", "sent_at")
        ),
        "programmes_led": list(user.programmes_led.values_list("name", flat=True)),
        "programmes_funded": list(user.programmes_funded.values_list("name", flat=True)),
        "groups_trained": list(user.cohorts_trained.values_list("name", flat=True)),
    }


def erase_cohorts(user) -> None:
    """Take the person out of every group and programme; delete their invitations, letters and own words."""
    CohortMember.objects.active().filter(learner=user).update(left_at=timezone.now())
    Invitation.objects.filter(pk__in=list(_invitations_of(user).values_list("pk", flat=True))).delete()
    Recipient.objects.filter(learner=user).delete()
    Message.objects.filter(sent_by=user).update(subject="", text="")
    PeopleFile.objects.filter(uploaded_by=user).delete()
    user.cohorts_trained.clear()
    user.programmes_led.clear()
    user.programmes_funded.clear()


def _invitations_of(user):
    """Those sent to one of the person's addresses, and those they used under another."""
    addressed = Invitation.objects.addressed_to(user).values("pk")
    return Invitation.objects.filter(
        Q(pk__in=addressed) | Q(email=user.email.lower()) | Q(member__learner=user)
    ).distinct()
