"""Licences, observations and deliveries."""

from datetime import timedelta

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.roles import Role
from cascade.fidelity import POINTS, Mark
from cascade.models import Delivery, Licence, LicenceRule, Observation, Reach
from tests.factories.accounts import UserFactory
from tests.factories.courses import CoursePageFactory

ALL_YES = {point.code: Mark.YES.value for point in POINTS}


class LicenceRuleFactory(DjangoModelFactory):
    class Meta:
        model = LicenceRule


class LicenceFactory(DjangoModelFactory):
    """A full licence for half a year more; `valid_until` in the past makes a lapsed one."""

    class Meta:
        model = Licence

    holder = factory.SubFactory(UserFactory, role=Role.TRAINER)
    course = factory.SubFactory(CoursePageFactory)
    granted_by = factory.SubFactory(UserFactory, role=Role.LEAD_TRAINER)
    granted_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=180))
    valid_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=180))


class ObservationFactory(DjangoModelFactory):
    """A whole session of today, passed."""

    class Meta:
        model = Observation

    observed_by = factory.SubFactory(UserFactory, role=Role.LEAD_TRAINER)
    observed_on = factory.LazyFunction(timezone.localdate)
    kind = Observation.Kind.SESSION
    checklist = ALL_YES
    passed = True


class DeliveryFactory(DjangoModelFactory):
    """Ten people without a sector, yesterday; `numbers` gives {sector: people}, `cohort` a group instead."""

    class Meta:
        model = Delivery
        skip_postgeneration_save = True

    trainer = factory.SubFactory(UserFactory, role=Role.TRAINER)
    course = factory.LazyAttribute(
        lambda delivery: delivery.cohort.course if delivery.cohort else CoursePageFactory()
    )
    cohort = None
    delivered_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
    format = Delivery.Format.FACE_TO_FACE

    @factory.post_generation
    def numbers(self, create, extracted, **kwargs):
        if self.cohort is None:
            for sector, people in ({None: 10} if extracted is None else extracted).items():
                Reach.objects.create(delivery=self, sector=sector, people=people)
