"""People and the organisations they work for."""

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from accounts.models import Agency, Sector, User

PASSWORD = "quiet-harbour-lamp-42"


class SectorFactory(DjangoModelFactory):
    class Meta:
        model = Sector
        django_get_or_create = ["code"]

    code = "HLT"
    name = "Health"
    examples = "Nurses, midwives, GPs"


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Thornwell Trust {n}")
    slug = factory.Sequence(lambda n: f"thornwell-trust-{n}")
    sector = factory.SubFactory(SectorFactory)


class UserFactory(DjangoModelFactory):
    """A learner with a verified e-mail address; `UserFactory(role=Role.TRAINER)` joins that group.

    The password is PASSWORD; `role` takes one role or several.
    """

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Amina Person {n}")
    password = factory.django.Password(PASSWORD)
    sector = factory.SubFactory(SectorFactory)
    agency = factory.SubFactory(AgencyFactory, sector=factory.SelfAttribute("..sector"))
    job_role = "Support worker"

    @factory.post_generation
    def role(self, create, extracted, **kwargs):
        roles = [extracted] if isinstance(extracted, str) else extracted or []
        for role in roles:
            self.groups.add(Group.objects.get_or_create(name=role)[0])

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        EmailAddress.objects.create(
            user=self, email=self.email, primary=True, verified=True if extracted is None else extracted
        )
