"""Groups, their members, and people invited to them."""

import factory
from factory.django import DjangoModelFactory

from accounts.roles import Role
from cohorts.models import Cohort, CohortMember, Invitation, PeopleFile, Programme
from courses.services import enrol
from tests.factories.accounts import UserFactory
from tests.factories.quizzes import make_course


class ProgrammeFactory(DjangoModelFactory):
    """A programme without dates or targets; `leads` and `funders` give its people."""

    class Meta:
        model = Programme
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"London pilot {n}")

    @factory.post_generation
    def leads(self, create, extracted, **kwargs):
        self.leads.set(extracted or [])

    @factory.post_generation
    def funders(self, create, extracted, **kwargs):
        self.funders.set(extracted or [])


class CohortFactory(DjangoModelFactory):
    """A group with one trainer, who made it; `trainers` gives others. Its link is open."""

    class Meta:
        model = Cohort
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Tuesday group {n}")
    course = factory.Sequence(lambda n: make_course(slug=f"group{n}"))
    created_by = factory.SubFactory(UserFactory, role=Role.TRAINER)

    @factory.post_generation
    def trainers(self, create, extracted, **kwargs):
        self.trainers.set([self.created_by] if extracted is None else extracted)


class CohortMemberFactory(DjangoModelFactory):
    """Somebody who joined by the link and is on the course."""

    class Meta:
        model = CohortMember

    cohort = factory.SubFactory(CohortFactory)
    learner = factory.SubFactory(UserFactory)
    enrolment = factory.LazyAttribute(lambda member: enrol(member.learner, member.cohort.course))
    source = CohortMember.Source.LINK


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    cohort = factory.SubFactory(CohortFactory)
    email = factory.Sequence(lambda n: f"invited{n}@example.org")
    invited_by = factory.SelfAttribute("cohort.created_by")


class PeopleFileFactory(DjangoModelFactory):
    """A list that its trainer has seen and not said yes to."""

    class Meta:
        model = PeopleFile

    cohort = factory.SubFactory(CohortFactory)
    uploaded_by = factory.SelfAttribute("cohort.created_by")
    name = "people.csv"
    people = factory.List(["ann@example.org"])
