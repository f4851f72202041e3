"""Who people are: users, the organisations they work for, and the kinds of work they do."""

import unicodedata
from hashlib import sha256

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.roles import SECOND_FACTOR_ROLES, Role


class Sector(models.Model):
    """A kind of work: health, police, faith communities. Pages and indicators are filtered by it."""

    code = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=80)
    examples = models.CharField(max_length=255, blank=True, help_text="Jobs found in this sector.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


def agency_key(name: str) -> str:
    """Return what two spellings of one organisation share, whatever their letter case and spaces.

    A digest, because folding can make a name many times longer than a database index takes.
    """
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return sha256(folded.encode()).hexdigest()


class AgencyKeyField(models.CharField):
    """Follows the name however the row is written: save, bulk_create or update_or_create."""

    def pre_save(self, model_instance, add):
        model_instance.key = agency_key(model_instance.name)
        return model_instance.key


class AgencyQuerySet(models.QuerySet):
    def confirmed(self):
        return self.filter(is_confirmed=True)

    def named(self, name: str):
        return self.filter(key=agency_key(name))


class Agency(models.Model):
    """An organisation that learners work for."""

    class FirstResponder(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        CHECK = "check", "To be checked"

    name = models.CharField(max_length=160)
    key = AgencyKeyField(max_length=64, unique=True, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField("type", max_length=80, blank=True)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="agencies", null=True, blank=True)
    region = models.CharField(max_length=80, blank=True)
    headcount = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="People there who could be trained. Reports say how many of them have been; empty if not known.",
    )
    first_responder = models.CharField(
        "first responder organisation", max_length=8, choices=FirstResponder, default=FirstResponder.CHECK
    )
    is_confirmed = models.BooleanField(
        "confirmed", default=True, help_text="Unticked: typed in by a learner and not yet checked."
    )
    objects = AgencyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "organisation"
        verbose_name_plural = "organisations"

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    """Finds people by e-mail whatever its letter case."""

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email, password=None, **fields):
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with an account. We ask for name, e-mail, sector, organisation and role: nothing else."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=150, help_text="As it should stand on a certificate.")
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="users", null=True, blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="users", null=True, blank=True, verbose_name="organisation"
    )
    job_role = models.CharField("role", max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="May open Django's own admin.")
    date_joined = models.DateTimeField(default=timezone.now)
    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self):
        return self.name or self.email

    def get_full_name(self):
        return self.name

    def get_short_name(self):
        return self.name.partition(" ")[0]

    @property
    def first_name(self):
        """Wagtail's listings ask for it."""
        return self.get_short_name()

    @property
    def last_name(self):
        return self.name.partition(" ")[2]

    @cached_property
    def roles(self) -> frozenset[str]:
        """Names of the groups this person is in; one query, once a request."""
        return frozenset(self.groups.values_list("name", flat=True))

    def has_role(self, *roles: Role) -> bool:
        """Say whether the person holds any of `roles`; superusers hold them all."""
        return self.is_active and (self.is_superuser or not self.roles.isdisjoint(roles))

    @property
    def needs_second_factor(self) -> bool:
        """Trainers, editors and managers can reach other people's data or the public's pages."""
        return self.is_superuser or self.is_staff or not self.roles.isdisjoint(SECOND_FACTOR_ROLES)
