"""People of a group: those asked to join, those in it, and files of people to ask."""

import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from cohorts.models.groups import Cohort, new_token
from courses.models import Enrolment

INVITATION_DAYS = 60  # how long a personal invitation can be used
FILE_HOURS = 24  # how long the rows of a file wait for the trainer's yes


def invitation_end():
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class Source(models.TextChoices):
    """How somebody came into a group."""

    LIST = "list", "Invited by e-mail"
    FILE = "file", "Invited from a file"
    LINK = "link", "Invitation link"
    BOOKING = "booking", "Booked a session"
    AGENCY = "agency", "Booked by their organisation"
    WALK_IN = "walkin", "Came to a session"
    TRAINER = "trainer", "Added by a trainer"


class InvitationQuerySet(models.QuerySet):
    def open(self):
        """Neither answered nor taken back nor out of date."""
        return self.usable().filter(declined_at=None)

    def usable(self):
        """Somebody holding the link can still join with it; a “no thanks” may be changed to yes."""
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=timezone.now())

    def waiting(self):
        """Open, and the e-mail has not gone out."""
        return self.open().filter(emailed_at=None, undeliverable_at=None)

    def addressed_to(self, user):
        """Invitations to an address that `user` has proved to be theirs."""
        verified = EmailAddress.objects.filter(user=user, verified=True)
        return self.filter(email__in=verified.values(lower=Lower("email")))


class Invitation(models.Model):
    """One person asked by e-mail to join a group. Says nothing about whether they have an account."""

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="invitations")
    email = models.EmailField("e-mail address", help_text="In lower case.")
    source = models.CharField(max_length=8, choices=Source, default=Source.LIST)
    token = models.CharField(max_length=32, unique=True, default=new_token)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(default=invitation_end)
    emailed_at = models.DateTimeField(null=True, blank=True)
    undeliverable_at = models.DateTimeField(
        null=True, blank=True, help_text="The mail server refused the address."
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    declined_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["email"]
        constraints = [
            models.UniqueConstraint(
                "cohort",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_standing_invitation",
            )
        ]

    def __str__(self):
        return f"{self.email} to {self.cohort}"

    @property
    def is_usable(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and timezone.now() < self.expires_at

    @property
    def state(self) -> str:
        """What the trainer reads beside the address; only for those who have not joined."""
        if self.declined_at:
            return "Said no thanks"
        if timezone.now() >= self.expires_at:
            return "Out of date"
        if self.undeliverable_at:
            return "E-mail refused: check the address"
        return "Invited" if self.emailed_at else "E-mail on its way"


class CohortMemberQuerySet(models.QuerySet):
    def active(self):
        return self.filter(left_at=None)


class CohortMember(models.Model):
    """A learner in a group. Leaving closes the row and touches neither enrolment nor progress."""

    Source = Source

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="members")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cohort_memberships")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="cohort_memberships")
    source = models.CharField(max_length=8, choices=Source)
    invitation = models.OneToOneField(
        Invitation, models.SET_NULL, null=True, blank=True, related_name="member"
    )
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The trainer who took them out; empty when they left.",
    )
    objects = CohortMemberQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cohort", "learner"], condition=Q(left_at=None), name="one_active_membership"
            )
        ]

    def __str__(self):
        return f"{self.learner} in {self.cohort}"


class PeopleFileQuerySet(models.QuerySet):
    def fresh(self):
        return self.filter(created_at__gt=timezone.now() - timedelta(hours=FILE_HOURS))


class PeopleFile(models.Model):
    """What was read from an uploaded file, between its preview and the trainer's yes. The file itself is not kept."""

    cohort = models.ForeignKey(Cohort, models.CASCADE, related_name="people_files")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, help_text="Of the file, as uploaded.")
    columns = models.JSONField(default=dict, help_text="What was recognised: meaning -> heading in the file.")
    people = models.JSONField(default=list, help_text="Addresses in lower case, each once.")
    problems = models.JSONField(default=list, help_text="Pairs of row number and reason.")
    problem_count = models.PositiveIntegerField(default=0)
    merged_count = models.PositiveIntegerField(default=0)
    form_key = models.UUIDField(default=uuid.uuid4, help_text="One per file: a double click makes one job.")
    created_at = models.DateTimeField(default=timezone.now)
    objects = PeopleFileQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self):
        return f"{self.name} for {self.cohort}"
