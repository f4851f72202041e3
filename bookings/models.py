"""Sessions of a group and the places people take in them. Rows are closed by state or date, never deleted."""

import secrets
import uuid
import zoneinfo
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Sector
from cohorts.models import Cohort


class Venue(models.Model):
    """Where sessions take place: a room, or a room online."""

    name = models.CharField(max_length=120, unique=True)
    address = models.CharField(max_length=255, blank=True)
    area = models.CharField(max_length=80, blank=True, help_text="Town or borough, for the public calendar.")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Most people it holds.")
    access_notes = models.TextField(blank=True, help_text="Steps, lift, hearing loop, parking, quiet room.")
    is_online = models.BooleanField("online", default=False)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


def is_time_zone(value: str) -> None:
    if value not in zoneinfo.available_timezones():
        raise ValidationError("Choose a time zone of the list.")


class TrainingSessionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Sessions whose people `user` may see: those of the groups they may see."""
        return self.filter(cohort__in=Cohort.objects.visible_to(user))

    def editable_by(self, user):
        return self.filter(cohort__in=Cohort.objects.editable_by(user))

    def held(self):
        """Not called off."""
        return self.filter(cancelled_at=None)

    def upcoming(self):
        return self.held().filter(ends_at__gt=timezone.now())

    def bookable(self):
        """What the public calendar offers: open to anyone, not closed, not begun, not called off."""
        now = timezone.now()
        return self.held().filter(
            Q(bookings_close_at=None) | Q(bookings_close_at__gt=now),
            who_may_book=TrainingSession.WhoMayBook.ANYONE,
            bookings_open_at__lte=now,
            starts_at__gt=now,
            cohort__course__live=True,
        )


class TrainingSession(models.Model):
    """One timed meeting of a group. Moments are stored in UTC: what lasts three hours lasts three hours."""

    class WhoMayBook(models.TextChoices):
        MEMBERS = "members", "People of the group"
        ANYONE = "anyone", "Anyone: it stands in the public calendar"
        TRAINERS = "trainers", "Nobody: trainers book for people"

    cohort = models.ForeignKey(Cohort, models.PROTECT, related_name="sessions")
    title = models.CharField(max_length=120)
    starts_at = models.DateTimeField("start")
    ends_at = models.DateTimeField("end")
    time_zone = models.CharField(max_length=40, default="Europe/London", validators=[is_time_zone])
    venue = models.ForeignKey(Venue, models.PROTECT, null=True, blank=True, related_name="sessions")
    online_link = models.URLField(
        blank=True, help_text="Shown to people with a place, from the day before; sent in the joining notes."
    )
    joining_notes = models.TextField(blank=True, help_text="What to bring, where to park, how to get in.")
    capacity = models.PositiveSmallIntegerField(help_text="Most people who may be booked.")
    who_may_book = models.CharField(max_length=8, choices=WhoMayBook, default=WhoMayBook.MEMBERS)
    needs_approval = models.BooleanField("a trainer approves each booking", default=False)
    bookings_open_at = models.DateTimeField(
        null=True, blank=True, help_text="Empty: bookings are not open. Needs the safety plan."
    )
    bookings_close_at = models.DateTimeField(null=True, blank=True, help_text="Empty: at the start.")
    close_planned_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When bookings closed by hand were to close: kept for opening them again.",
    )
    quotas_released_at = models.DateTimeField(
        null=True, blank=True, help_text="From this moment places held for a sector go to anyone."
    )
    safeguarding_lead = models.CharField(max_length=160, blank=True, help_text="Name and how to reach them.")
    disclosure_procedure = models.TextField(
        blank=True, help_text="What trainers do when somebody tells of their own experience."
    )
    quiet_room = models.CharField(max_length=160, blank=True, help_text="Where people can take a break.")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    cancel_reason = models.CharField(max_length=255, blank=True)
    moved_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="moved_from")
    sequence = models.PositiveSmallIntegerField(
        default=0, help_text="Of the calendar entry; grows with each change."
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    form_key = models.UUIDField(
        default=uuid.uuid4, help_text="One per form opened: a double click makes one session."
    )
    objects = TrainingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_ends_after_start"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="session_holds_somebody"),
            models.UniqueConstraint(fields=["created_by", "form_key"], name="one_session_a_form"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("bookings:session", args=[self.pk])

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def local_start(self):
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self):
        return self.ends_at.astimezone(self.zone)

    @property
    def minutes(self) -> int:
        """Whole minutes of learning: from start to end, less the breaks. Reads `breaks`: prefetch them for lists."""
        whole = (self.ends_at - self.starts_at) // timedelta(minutes=1)
        return max(0, whole - sum(pause.minutes for pause in self.breaks.all()))

    @property
    def safety_plan_gaps(self) -> list[str]:
        """Labels of what the safety plan still lacks; bookings open only when it is empty."""
        names = ("safeguarding_lead", "disclosure_procedure", "quiet_room")
        return [self._meta.get_field(n).verbose_name for n in names if not getattr(self, n).strip()]

    @property
    def closes_at(self):
        return min(self.bookings_close_at or self.starts_at, self.starts_at)

    @property
    def is_open(self) -> bool:
        """Whether bookings are taken at this moment."""
        now = timezone.now()
        return (
            self.cancelled_at is None
            and self.bookings_open_at is not None
            and self.bookings_open_at <= now < self.closes_at
        )


class SessionBreak(models.Model):
    """A pause in a session: it never counts as learning."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="breaks")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["starts_at", "pk"]

    def __str__(self):
        return f"{self.minutes} minutes"


class SessionMaterial(models.Model):
    """Something to read or print for a session."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="materials")
    title = models.CharField(max_length=120)
    url = models.URLField("web address")

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return self.title


class SectorQuota(models.Model):
    """Places of a session that one sector gets at least, until they are released, and at most."""

    session = models.ForeignKey(TrainingSession, models.CASCADE, related_name="quotas")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="+")
    minimum = models.PositiveSmallIntegerField("places held", default=0)
    maximum = models.PositiveSmallIntegerField("places at most", null=True, blank=True)

    class Meta:
        ordering = ["sector__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "sector"], name="one_quota_a_sector"),
            models.CheckConstraint(
                condition=Q(maximum=None) | Q(maximum__gte=F("minimum")),
                name="quota_maximum_not_below_minimum",
            ),
        ]

    def __str__(self):
        return f"{self.sector}: {self.minimum}–{self.maximum if self.maximum is not None else 'any'}"


class BookingState(models.TextChoices):
    """Where a booking stands; bookings.states says what may follow."""

    REQUESTED = "requested", "Requested"
    APPROVED = "approved", "Approved"
    BOOKED = "booked", "Booked"
    WAITLISTED = "waitlisted", "On the waiting list"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Declined"


#: A person waits for something, or has a place.
STANDING = (BookingState.REQUESTED, BookingState.APPROVED, BookingState.BOOKED, BookingState.WAITLISTED)


class BookingQuerySet(models.QuerySet):
    def booked(self):
        return self.filter(state=BookingState.BOOKED)

    def waitlisted(self):
        """In the order in which places are given."""
        return self.filter(state=BookingState.WAITLISTED).order_by("queued_at", "pk")

    def standing(self):
        return self.filter(state__in=STANDING)

    def of(self, learner):
        return self.filter(learner=learner)


class Booking(models.Model):
    """One person's place in a session, or their wish for one. Its steps are kept in BookingChange."""

    class Source(models.TextChoices):
        SELF = "self", "Booked by themselves"
        TRAINER = "trainer", "Booked by a trainer"
        AGENCY = "agency", "Booked by their organisation"
        MOVED = "moved", "Moved from a session called off"
        WALK_IN = "walkin", "Came without a booking"

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="bookings")
    learner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bookings")
    sector = models.ForeignKey(
        Sector,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="As it was when booked: quotas count it.",
    )
    state = models.CharField(max_length=10, choices=BookingState)
    queued_at = models.DateTimeField(default=timezone.now, help_text="The order in which places are given.")
    source = models.CharField(max_length=8, choices=Source, default=Source.SELF)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    needs = models.CharField(
        "anything we should know",
        max_length=255,
        blank=True,
        help_text="For example step-free access, an interpreter, a seat near the door. Not your health record.",
    )
    objects = BookingQuerySet.as_manager()

    class Meta:
        ordering = ["queued_at", "pk"]
        indexes = [models.Index(fields=["session", "state", "queued_at"], name="booking_queue")]
        constraints = [models.UniqueConstraint(fields=["session", "learner"], name="one_booking_a_person")]

    def __str__(self):
        return f"{self.learner}: {self.session}"


class BookingChange(models.Model):
    """One step of a booking's life: when, by whom, why. Without an actor the platform did it (a promotion)."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="changes")
    was = models.CharField(max_length=10, choices=BookingState, blank=True)
    became = models.CharField(max_length=10, choices=BookingState)
    at = models.DateTimeField(default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.booking}: {self.get_became_display()}"


class Notice(models.Model):
    """A letter to send about a booking: written in the transaction of what it tells, sent once by the task."""

    class Kind(models.TextChoices):
        REQUESTED = "requested", "Request received"
        BOOKED = "booked", "Place confirmed"
        WAITLISTED = "waitlisted", "On the waiting list"
        DECLINED = "declined", "Request declined"
        CHANGED = "changed", "Session changed"
        CANCELLED = "cancelled", "Booking cancelled"
        CALLED_OFF = "called_off", "Session called off"
        REMINDER_7 = "reminder7", "Seven days before"
        REMINDER_1 = "reminder1", "The day before, with the joining notes"

    booking = models.ForeignKey(Booking, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(
        max_length=40, help_text="What makes it one of a kind: a change's id, a session's sequence."
    )
    made_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(
        null=True, blank=True, help_text="No longer true when its turn came, or refused."
    )

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["made_at"], name="notice_waiting", condition=Q(sent_at=None, dropped_at=None)
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["booking", "kind", "key"], name="one_notice_of_a_kind")
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.booking}"


def new_feed_token() -> str:
    """192 random bits: whoever has the address may read the calendar."""
    return secrets.token_urlsafe(24)


class CalendarFeed(models.Model):
    """A person's own calendar address: sessions they have a place in, and sessions they run."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    token = models.CharField(max_length=40, unique=True, default=new_feed_token)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return str(self.user)
