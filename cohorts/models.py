"""Groups of people who take a course together. Rows are closed by date, never deleted, while their people are known."""

import secrets
import uuid
from datetime import timedelta

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from courses.models import CoursePage, Enrolment

LINK_DAYS = 30  # how long a group's invitation link stays open when it is made or renewed
INVITATION_DAYS = 60  # how long a personal invitation can be used


def new_token() -> str:
    """128 random bits that fit into an address: 22 characters."""
    return secrets.token_urlsafe(16)


def link_end():
    return timezone.now() + timedelta(days=LINK_DAYS)


def invitation_end():
    return timezone.now() + timedelta(days=INVITATION_DAYS)


class CohortQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Groups whose people `user` may see: own ones for trainers, all for lead trainers and managers."""
        if user.has_role(Role.LEAD_TRAINER, Role.PROGRAMME_MANAGER):
            return self
        return self.filter(trainers=user) if user.has_role(Role.TRAINER) else self.none()

    def editable_by(self, user):
        """Groups that `user` may change: as `visible_to`, less the managers, who only read."""
        if user.has_role(Role.LEAD_TRAINER):
            return self
        return self.filter(trainers=user) if user.has_role(Role.TRAINER) else self.none()

    def with_member_count(self):
        """Add `member_count`, the people in the group now."""
        return self.annotate(member_count=Count("members", filter=Q(members__left_at=None), distinct=True))


class Cohort(models.Model):
    """A group: people taking a course together, and the trainers who may see how far they are."""

    name = models.CharField(max_length=120)
    course = models.ForeignKey(CoursePage, models.PROTECT, related_name="cohorts")
    trainers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="cohorts_trained")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    join_token = models.CharField(max_length=32, unique=True, default=new_token)
    join_open_until = models.DateTimeField(
        default=link_end, help_text="The invitation link works before this moment."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    form_key = models.UUIDField(
        default=uuid.uuid4, help_text="One per form opened: a double click makes one group."
    )
    objects = CohortQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["created_by", "form_key"], name="one_cohort_a_form")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("cohorts:detail", args=[self.pk])

    @property
    def is_link_open(self) -> bool:
        return timezone.now() < self.join_open_until

    @property
    def join_url(self) -> str:
        """The full address, as the QR code carries it."""
        return settings.SITE_URL + reverse("cohorts:join", args=[self.join_token])


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

    class Source(models.TextChoices):
        LIST = "list", "Invited by e-mail"
        LINK = "link", "Invitation link"

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="members")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cohort_memberships")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, related_name="cohort_memberships")
    source = models.CharField(max_length=4, choices=Source)
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
