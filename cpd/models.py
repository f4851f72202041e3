"""What a professional writes for themselves: learning done elsewhere, reflections, and whom they answer to.

Nobody but the owner ever reads these rows. Awards stay with `certificates`; the record joins both.
"""

import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from certificates.models import Award

LONGEST_MINUTES = 1000 * 60  # of one piece of learning: a year's module of study still fits


class Regulator(models.TextChoices):
    """Whom a holder's record is for. The rules of each are in `cpd.rules`."""

    NMC = "nmc", "Nursing and Midwifery Council (NMC)"
    SWE = "swe", "Social Work England"
    HCPC = "hcpc", "Health and Care Professions Council (HCPC)"
    RCGP = "rcgp", "General practice appraisal (RCGP credits)"
    POLICE = "police", "Policing (professional development review)"
    TEACHING = "teaching", "Teaching and school staff"


class Method(models.TextChoices):
    """How somebody learned."""

    COURSE = "course", "Course, workshop or conference"
    ONLINE = "online", "Online course or webinar"
    DISCUSSION = "discussion", "Peer or case discussion, supervision"
    WORK = "work", "Learning at work, for example shadowing"
    TEACHING = "teaching", "Teaching or presenting"
    READING = "reading", "Reading, listening or research"
    OTHER = "other", "Something else"


class OwnedQuerySet(models.QuerySet):
    def of(self, owner):
        """Only the owner's own: there is no other reader."""
        return self.filter(owner=owner)


def private_storage():
    return storages["private"]


def stored_at(entry: "OutsideLearning", filename: str) -> str:
    """A name that says nothing of the person or the file; the ending was found by looking inside."""
    return f"cpd/{uuid.uuid4().hex}.{filename.rpartition('.')[2]}"


class OutsideLearning(models.Model):
    """Learning done away from this platform, as its owner enters it. Times are whole minutes, breaks left out."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="outside_learning")
    form_key = models.UUIDField(default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    provider = models.CharField(max_length=160, blank=True)
    method = models.CharField(max_length=12, choices=Method)
    started_on = models.DateField()
    completed_on = models.DateField()
    minutes = models.PositiveIntegerField()
    participatory_minutes = models.PositiveIntegerField(default=0)
    relates_to = models.TextField(
        blank=True, help_text="The part of the Code or of the professional standards, in the owner's words."
    )
    evidence = models.FileField(storage=private_storage, upload_to=stored_at, max_length=120, blank=True)
    evidence_name = models.CharField(max_length=120, blank=True)
    evidence_bytes = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "form_key"], name="cpd_learning_once_a_form"),
            models.CheckConstraint(
                condition=Q(participatory_minutes__lte=F("minutes")), name="cpd_participatory_within_total"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_MINUTES), name="cpd_minutes_are_possible"
            ),
            models.CheckConstraint(
                condition=Q(started_on__lte=F("completed_on")), name="cpd_learning_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return self.title


class Reflection(models.Model):
    """What somebody made of one award or one piece of outside learning, in their own words only."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reflections")
    form_key = models.UUIDField(default=uuid.uuid4, editable=False)
    award = models.ForeignKey(Award, models.PROTECT, null=True, blank=True, related_name="reflections")
    outside = models.ForeignKey(
        OutsideLearning, models.CASCADE, null=True, blank=True, related_name="reflections"
    )
    learned = models.TextField(blank=True)
    practice = models.TextField(blank=True)
    relevance = models.TextField(blank=True)
    peer = models.TextField(blank=True)
    peer_role = models.CharField(max_length=120, blank=True)
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(auto_now=True)
    objects = OwnedQuerySet.as_manager()

    class Meta:
        ordering = ["written_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "form_key"], name="cpd_reflection_once_a_form"),
            models.CheckConstraint(
                condition=Q(award__isnull=False, outside__isnull=True)
                | Q(award__isnull=True, outside__isnull=False),
                name="cpd_reflection_on_one_thing",
            ),
        ]

    def __str__(self):
        return f"Reflection {self.pk}"


class CpdProfile(models.Model):
    """Whom somebody answers to, if they chose to say so. Shown to nobody else."""

    owner = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cpd_profile")
    regulator = models.CharField(max_length=10, choices=Regulator)
    objects = OwnedQuerySet.as_manager()

    def __str__(self):
        return self.get_regulator_display()
