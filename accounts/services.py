"""Writes about people and organisations."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from accounts.models import Agency, Sector, User

ERASED_NAME = "Erased person"


def agency_called(name: str, sector: Sector | None = None) -> Agency | None:
    """Return the organisation of that name, whatever its letter case and spaces; None for no name.

    An unknown name becomes an organisation that staff have still to confirm.
    """
    name = " ".join(name.split())
    if not name:
        return None
    agency = Agency.objects.named(name).first()
    if agency:
        return agency
    slug = f"{slugify(name)[:60] or 'organisation'}-{get_random_string(8).lower()}"
    try:
        with transaction.atomic():
            return Agency.objects.create(name=name, slug=slug, sector=sector, is_confirmed=False)
    except IntegrityError:  # Somebody typed the same name a moment earlier.
        return Agency.objects.named(name).get()


@transaction.atomic
def set_email(user: User, email: str) -> None:
    """Give `user` an address that staff typed: the person confirms it by code at the next log-in."""
    user.email = email.lower()
    user.save(update_fields=["email"])
    addresses = EmailAddress.objects.filter(user=user)
    addresses.exclude(email=user.email).delete()
    addresses.get_or_create(email=user.email, defaults={"user": user, "primary": True})


def export_account(user: User) -> dict:
    """Return what this app holds about `user`."""
    return {
        "name": user.name,
        "email": user.email,
        "sector": user.sector and user.sector.name,
        "organisation": user.agency and user.agency.name,
        "role": user.job_role,
        "joined": user.date_joined,
        "last_log_in": user.last_login,
        "groups": sorted(user.roles),
        "email_addresses": list(
            EmailAddress.objects.filter(user=user).values("email", "verified", "primary")
        ),
        "second_factors": list(
            Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")
        ),
        "sessions": list(UserSession.objects.filter(user=user).values("created_at", "ip", "user_agent")),
    }


def erase_account(user: User) -> None:
    """Leave a row without a name, for the records that must stay, and no way to log in with it."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    EmailAddress.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    UserProfile.objects.filter(user=user).delete()
    user_type = ContentType.objects.get_for_model(User)
    ModelLogEntry.objects.filter(content_type=user_type, object_id=str(user.pk)).update(label=ERASED_NAME)
    user.groups.clear()
    user.user_permissions.clear()
    user.name = ERASED_NAME
    user.email = f"{get_random_string(20).lower()}@erased.invalid"
    user.sector = user.agency = user.last_login = None
    user.job_role = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.set_unusable_password()
    user.save()


@transaction.atomic
def merge_agencies(source: Agency, target: Agency) -> int:
    """Move everything that refers to `source` over to `target`, delete `source`; return the people moved.

    Used when a learner typed an organisation that was there under another name. Every relation moves,
    those of apps above this one too. Raises ValueError when both are the same, Agency.DoesNotExist when one
    is gone, and IntegrityError, with nothing changed, when a row of another app allows only one of them.
    """
    if source.pk == target.pk:
        raise ValueError("An organisation cannot be merged into itself.")
    rows = {row.pk: row for row in Agency.objects.select_for_update().filter(pk__in=[source.pk, target.pk])}
    if len(rows) < 2:
        raise Agency.DoesNotExist("One of the organisations is gone.")
    people = rows[source.pk].users.count()
    for relation in Agency._meta.related_objects:
        field = relation.field.name
        related = relation.related_model._base_manager.filter(**{field: source.pk})
        if relation.many_to_many:
            for row in related:
                getattr(row, field).add(target.pk)
        else:
            related.update(**{field: target.pk})
    rows[source.pk].delete()
    return people
