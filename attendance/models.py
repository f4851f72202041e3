"""Who came to a session, how it was recorded and corrected, who walked in, and who sat with whom."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency, Sector
from bookings.models import TrainingSession


def new_token() -> str:
    """128 random bits that fit into an address."""
    return secrets.token_urlsafe(16)


class WalkIn(models.Model):
    """Somebody who came without a booking, by name and organisation; claimed later by the link in an e-mail."""

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="walk_ins")
    name = models.CharField(max_length=150)
    email = models.EmailField(
        "e-mail address", blank=True, help_text="In lower case. Their certificate goes there."
    )
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    sector = models.ForeignKey(Sector, models.PROTECT, null=True, blank=True, related_name="+")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: by the door's QR code.",
    )
    made_at = models.DateTimeField(default=timezone.now)
    form_key = models.UUIDField(default=uuid.uuid4, unique=True, help_text="One per form opened.")
    token = models.CharField(max_length=32, unique=True, default=new_token)
    emailed_at = models.DateTimeField(null=True, blank=True)
    undeliverable_at = models.DateTimeField(
        null=True, blank=True, help_text="The mail server refused the address."
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="walk_ins"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Entered by mistake.")

    class Meta:
        ordering = ["made_at", "pk"]

    def __str__(self):
        return self.name


class Status(models.TextChoices):
    """What a register says of a person."""

    PRESENT = "present", "Present"
    LATE = "late", "Late"
    LEFT_EARLY = "left", "Left early"
    ABSENT = "absent", "Absent"
    EXCUSED = "excused", "Excused"


#: Came, for the whole or a part.
CAME = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY)


class AttendanceQuerySet(models.QuerySet):
    def came(self):
        return self.filter(status__in=CAME)


class Attendance(models.Model):
    """What the register says of one person at one session now. Its history is in AttendanceChange."""

    class Source(models.TextChoices):
        REGISTER = "register", "Register"
        CHECK_IN = "checkin", "Checked in by themselves"
        PAPER = "paper", "Paper register"

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="attendances")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="attendances"
    )
    walk_in = models.ForeignKey(WalkIn, models.PROTECT, null=True, blank=True, related_name="attendances")
    status = models.CharField(max_length=8, choices=Status)
    minutes_missed = models.PositiveSmallIntegerField(
        default=0, help_text="Of the session's minutes of learning, by coming late or leaving early."
    )
    source = models.CharField(max_length=8, choices=Source, default=Source.REGISTER)
    marked_at = models.DateTimeField(default=timezone.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with each change: tells two registers apart."
    )
    objects = AttendanceQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "learner"], name="one_mark_a_person"),
            models.UniqueConstraint(fields=["session", "walk_in"], name="one_mark_a_walk_in"),
            models.CheckConstraint(
                condition=Q(learner__isnull=False) | Q(walk_in__isnull=False), name="mark_is_somebodys"
            ),
        ]

    def __str__(self):
        return f"{self.learner or self.walk_in}: {self.get_status_display()}"


class AttendanceChange(models.Model):
    """One touch on a register. `mark_id` comes from the page: a mark sent twice from a phone counts once."""

    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="changes")
    mark_id = models.UUIDField(unique=True, default=uuid.uuid4)
    was = models.CharField(max_length=8, choices=Status, blank=True)
    became = models.CharField(max_length=8, choices=Status)
    minutes_missed = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=8, choices=Attendance.Source)
    touched_at = models.DateTimeField(
        help_text="By the device's clock, when it was offline; else as `saved_at`."
    )
    saved_at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    lost = models.BooleanField(
        default=False, help_text="Came in from offline after a later mark: kept, not applied."
    )
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["saved_at", "pk"]

    def __str__(self):
        return f"{self.attendance}: {self.get_became_display()}"


class CheckIn(models.Model):
    """The door: people mark themselves with a code that changes, in a window that trainers open."""

    session = models.OneToOneField(TrainingSession, models.PROTECT, related_name="check_in")
    secret = models.CharField(max_length=32, default=new_token)
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self):
        return f"Check-in for {self.session}"


class TablePlan(models.Model):
    """Who sits with whom at a session. Made from a seed; moved by hand afterwards."""

    session = models.OneToOneField(TrainingSession, models.PROTECT, related_name="table_plan")
    seed = models.PositiveIntegerField()
    wishes = models.JSONField(
        default=dict, help_text="As given: size or number, cap, rounds, apart, together."
    )
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(
        default=1, help_text="Grows with each change: two trainers at once."
    )
    shown_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when people see their own tables; empty: they do not."
    )

    def __str__(self):
        return f"Tables of {self.session}"


class Seat(models.Model):
    """One person's table in one round."""

    plan = models.ForeignKey(TablePlan, models.CASCADE, related_name="seats")
    round = models.PositiveSmallIntegerField(help_text="From 1.")
    table = models.PositiveSmallIntegerField(help_text="From 1.")
    learner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    walk_in = models.ForeignKey(WalkIn, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["round", "table", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "round", "learner"], name="one_seat_a_round"),
            models.UniqueConstraint(fields=["plan", "round", "walk_in"], name="one_seat_a_walk_in_a_round"),
            models.CheckConstraint(
                condition=Q(learner__isnull=False) | Q(walk_in__isnull=False), name="seat_is_somebodys"
            ),
        ]

    def __str__(self):
        return f"{self.learner or self.walk_in}: round {self.round}, table {self.table}"
