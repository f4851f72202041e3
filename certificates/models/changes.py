"""What people ask to change after issue, and what was decided: names, revocations, appeals, the end of keeping."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from certificates.models.awards import Award
from certificates.models.editions import Certificate


class AskedQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for a decision."""
        return self.filter(decided_at=None)

    def of(self, learner):
        return self.filter(award__enrolment__learner=learner)

    def with_people(self):
        """Load what a list shows of each: one query however many rows."""
        return self.select_related("award__activity", "award__enrolment__learner", "asked_by", "decided_by")


class Asked(models.Model):
    """Something asked about an award, decided once, by another person than the one who asked.

    answer: to the holder, in plain words, when it was refused.  told_at: since when they know.
    """

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    is_granted = models.BooleanField(default=False)
    answer = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True, help_text="When the letter to the holder went out.")
    objects = AskedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["asked_at", "pk"]

    @property
    def is_open(self) -> bool:
        return self.decided_at is None


def one_open_and_two_people(name: str) -> list[models.BaseConstraint]:
    """Return what the database keeps for every kind: one open at a time, and nobody decides on their own."""
    return [
        models.UniqueConstraint(fields=["award"], condition=Q(decided_at=None), name=f"one_open_{name}"),
        models.CheckConstraint(
            condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")), name=f"{name}_second_person"
        ),
        models.CheckConstraint(
            condition=Q(decided_at=None, decided_by=None, is_granted=False)
            | Q(decided_at__isnull=False, decided_by__isnull=False),
            name=f"{name}_decided_by_somebody",
        ),
    ]


class NameCorrection(Asked):
    """The holder asks for another name on the certificate. Erasure empties both names and the reason."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="name_corrections")
    old_name = models.CharField(max_length=150, blank=True)
    new_name = models.CharField(max_length=150, blank=True)
    why = models.CharField(max_length=300, blank=True)
    edition = models.OneToOneField(
        Certificate, models.PROTECT, null=True, blank=True, related_name="name_correction"
    )

    class Meta(Asked.Meta):
        constraints = one_open_and_two_people("name_correction")

    def __str__(self):
        return f"Name on award {self.award_id}"


class RevocationRequest(Asked):
    """One manager asks to revoke an award, or to withdraw its revocation; another one decides."""

    class Kind(models.TextChoices):
        REVOKE = "revoke", "Revoke"
        RESTORE = "restore", "Withdraw the revocation"

    class Reason(models.TextChoices):
        NOT_EARNED = "not_earned", "The requirements were not met"
        ANOTHER_PERSON = "another", "Somebody else did the work"
        TAUGHT_WRONGLY = "taught", "The course or session was not held as it should be"
        IN_ERROR = "in_error", "Issued in error"
        HOLDER_ASKED = "holder", "The holder asked for it"
        APPEAL = "appeal", "The appeal was upheld"
        REVOKED_IN_ERROR = "rev_error", "Revoked in error"

    #: Which reasons fit which kind.
    FITTING = {
        Kind.REVOKE: ("not_earned", "another", "taught", "in_error", "holder"),
        Kind.RESTORE: ("appeal", "rev_error"),
    }

    award = models.ForeignKey(Award, models.PROTECT, related_name="revocation_requests")
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.REVOKE)
    reason = models.CharField(max_length=10, choices=Reason)
    note = models.TextField(blank=True, help_text="For managers; names nobody.")
    batch = models.UUIDField(null=True, blank=True, db_index=True, help_text="Asked for together, if it was.")

    class Meta(Asked.Meta):
        constraints = [
            *one_open_and_two_people("revocation_request"),
            models.CheckConstraint(
                condition=Q(
                    kind="revoke", reason__in=["not_earned", "another", "taught", "in_error", "holder"]
                )
                | Q(kind="restore", reason__in=["appeal", "rev_error"]),
                name="revocation_reason_fits_its_kind",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} award {self.award_id}"

    @property
    def is_revocation(self) -> bool:
        return self.kind == self.Kind.REVOKE


class Appeal(Asked):
    """The holder's own words against a revocation, one for each. Erasure empties them."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="appeals")
    revocation = models.OneToOneField(RevocationRequest, models.PROTECT, related_name="appeal")
    text = models.TextField(max_length=1000, blank=True)

    class Meta(Asked.Meta):
        constraints = one_open_and_two_people("appeal")

    def __str__(self):
        return f"Appeal about award {self.award_id}"


class EndOfKeeping(models.Model):
    """Name and document of this award will be erased: announced once, done once, at least sixty days later."""

    award = models.OneToOneField(Award, models.PROTECT, related_name="end_of_keeping")
    ends_on = models.DateField(help_text="Not before this day.")
    told_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["ends_on", "pk"]

    def __str__(self):
        return f"Award {self.award_id}: until {self.ends_on}"
