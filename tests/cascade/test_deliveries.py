from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.roles import Role
from attendance.models import Attendance, Status, WalkIn
from bookings.models import TrainingSession
from cascade import queries
from cascade.deliveries import AlreadyLogged, log_delivery, note_group_deliveries, withdraw_delivery
from cascade.models import Delivery
from cohorts.models import Programme
from cohorts.services import leave_cohort
from tests.factories.accounts import AgencyFactory, SectorFactory, UserFactory
from tests.factories.cascade import DeliveryFactory, LicenceFactory
from tests.factories.cohorts import CohortFactory, CohortMemberFactory
from tests.factories.quizzes import complete_modules

pytestmark = pytest.mark.django_db


def make_session(cohort, **fields):
    start = timezone.now() - timedelta(days=2)
    return TrainingSession.objects.create(
        cohort=cohort,
        title="Morning",
        starts_at=start,
        ends_at=start + timedelta(hours=3),
        capacity=20,
        created_by=cohort.created_by,
        **fields,
    )


def came(session, learner, status=Status.PRESENT):
    Attendance.objects.create(session=session, learner=learner, status=status)


def members(cohort, count=1, **fields):
    return CohortMemberFactory.create_batch(count, cohort=cohort, **fields)


def log(trainer, cohort=None, **fields):
    fields = {
        "form_key": uuid4(),
        "delivered_on": date(2026, 11, 2),
        "format": "face",
        "cohort": cohort,
        **fields,
    }
    return log_delivery(trainer, course=fields.pop("course", cohort and cohort.course), **fields)


# --- Logging ---------------------------------------------------------------------------------


def test_numbers_are_logged_by_sector_and_one_form_logs_once(course):
    health, trainer, key = SectorFactory(), UserFactory(), uuid4()

    first = log(trainer, course=course, form_key=key, numbers={health.pk: 12, None: 3, 9999: 0})

    assert log(trainer, course=course, form_key=key, numbers={health.pk: 99}) == first
    assert list(first.reaches.values_list("sector__code", "people")) == [("HLT", 12), (None, 3)]
    assert queries.deliveries_of(trainer).get().numbers == 15


def test_a_group_is_logged_once_a_trainer():
    cohort = CohortFactory()
    trainer, other = UserFactory(), UserFactory()
    log(trainer, cohort)
    log(other, cohort)

    with pytest.raises(AlreadyLogged):
        log(trainer, cohort)

    withdraw_delivery(trainer.deliveries.get(), by=trainer)
    log(trainer, cohort)
    assert trainer.deliveries.count() == 2


def test_a_delivery_has_a_group_or_numbers(course):
    for fields in ({}, {"numbers": {None: 0}}, {"cohort": CohortFactory(), "numbers": {None: 3}}):
        with pytest.raises(ValueError, match="either a group or numbers"):
            log(UserFactory(), course=course, **fields)


def test_groups_are_noted_by_themselves_when_somebody_took_part():
    cohort, waiting = CohortFactory(delivery="online"), CohortFactory()
    members(waiting)
    complete_modules(members(cohort)[0].enrolment)
    session = make_session(cohort)

    assert (note_group_deliveries(), note_group_deliveries()) == (1, 0)

    delivery = Delivery.objects.get()
    assert (delivery.trainer, delivery.cohort, delivery.format) == (cohort.created_by, cohort, "elearning")
    assert delivery.delivered_on == session.local_start.date()
    withdraw_delivery(delivery, by=delivery.trainer)
    assert note_group_deliveries() == 0


# --- Who was reached -------------------------------------------------------------------------


def own_reach(trainer):
    return queries.forest().forest.nodes[trainer.pk].own


def test_only_those_who_took_part_are_reached():
    cohort = CohortFactory()
    there, late, absent, reader, left, listed = members(cohort, 6)
    session, called_off = make_session(cohort), make_session(cohort, cancelled_at=timezone.now())
    came(session, there.learner)
    came(session, late.learner, Status.LATE)
    came(session, left.learner)
    came(session, absent.learner, Status.ABSENT)
    came(called_off, listed.learner)
    complete_modules(reader.enrolment)
    leave_cohort(left)
    trainer = UserFactory()
    delivery = log(trainer, cohort)

    assert own_reach(trainer).people == 4
    assert queries.people_in_groups([delivery]) == {delivery.pk: 4}


def test_somebody_at_two_groups_counts_once_and_a_walk_in_until_they_claim():
    trainer = UserFactory()
    first, second = CohortFactory.create_batch(2, trainers=[trainer])
    person = UserFactory()
    for cohort in (first, second):
        CohortMemberFactory(cohort=cohort, learner=person)
        came(make_session(cohort), person)
        log(trainer, cohort)
    session = first.sessions.get()
    walk_ins = [
        WalkIn.objects.create(
            session=session, name=name, agency=AgencyFactory(name=name, region="Carrow"), **fields
        )
        for name, fields in (
            ("Here", {}),
            ("Claimed", {"claimed_by": person}),
            ("Gone", {"removed_at": timezone.now()}),
        )
    ]
    for walk_in in walk_ins:
        Attendance.objects.create(session=session, walk_in=walk_in, status=Status.PRESENT)

    found = own_reach(trainer)

    assert (found.people, found.areas["Carrow"]) == (2, 1)
    assert sum(queries.people_in_groups(trainer.deliveries.all()).values()) == 3


def test_withdrawn_deliveries_count_no_more():
    delivery = DeliveryFactory(numbers={SectorFactory(): 4, None: 2})
    assert dict(own_reach(delivery.trainer).sectors) == {"Health": 4, "Not given": 2}

    withdraw_delivery(delivery, by=delivery.trainer)

    assert queries.forest().forest.nodes == {}


# --- The tree --------------------------------------------------------------------------------


def test_the_tree_follows_the_licences_and_says_who_lapsed():
    lead = UserFactory(name="Lea")
    ben = LicenceFactory(holder__name="Ben", trained_by=lead)
    cem = LicenceFactory(
        holder__name="Cem", trained_by=ben.holder, valid_until=timezone.localdate() - timedelta(days=1)
    )
    DeliveryFactory(trainer=cem.holder, area="Carrow")

    found = queries.forest()

    nodes = [(found.trainers[n.person].name, n.generation, n.total.people) for n in found.forest.walk()]
    assert nodes == [("Lea", 1, 12), ("Ben", 2, 11), ("Cem", 3, 10)]
    states = {t.name: (t.state, t.is_active) for t in found.trainers.values()}
    assert states == {"Lea": ("No licence", False), "Ben": ("Valid", True), "Cem": ("Lapsed", False)}
    assert (found.active_trainers, found.trained_trainers, found.passed_on) == (1, 2, 2)
    assert found.forest.total.areas["Carrow"] == 10


def test_a_programmes_tree_holds_what_grew_from_it():
    programme, other = Programme.objects.create(name="Pilot"), Programme.objects.create(name="Other")
    lead = UserFactory(name="Lea")
    day = CohortFactory(programme=programme)
    ben = LicenceFactory(holder__name="Ben", trained_by=lead, trained_in=day).holder
    cem = LicenceFactory(holder__name="Cem", trained_by=ben).holder
    dot = LicenceFactory(holder__name="Dot", trained_by=lead).holder
    DeliveryFactory(trainer=lead)
    DeliveryFactory(trainer=dot)
    DeliveryFactory(trainer=cem)
    DeliveryFactory(trainer=cem, programme=other, numbers={None: 5})
    DeliveryFactory(trainer=lead, programme=programme, numbers={None: 3})

    def tree(which):
        found = queries.forest(which)
        return {found.trainers[n.person].name: n.total.people for n in found.forest.walk()}

    assert tree(programme) == {"Lea": 15, "Ben": 11, "Cem": 10}
    assert tree(other) == {"Lea": 7, "Ben": 6, "Cem": 5}
    assert tree(None) == {"Lea": 41, "Ben": 16, "Cem": 15, "Dot": 10}


def test_the_tree_costs_the_same_for_one_line_and_three(django_assert_num_queries):
    def line():
        licence = LicenceFactory(trained_by=UserFactory())
        DeliveryFactory(trainer=licence.holder)
        cohort = CohortFactory(trainers=[licence.holder])
        complete_modules(members(cohort)[0].enrolment)
        log(licence.holder, cohort)

    line()
    with django_assert_num_queries(6):
        queries.forest()
    line()
    line()
    with django_assert_num_queries(6):
        queries.forest()


def test_a_trainer_sees_the_names_of_those_they_trained_and_of_their_own_people(lead):
    ann = UserFactory(name="Ann", role=Role.TRAINER)
    ben = LicenceFactory(holder__name="Ben", trained_by=ann).holder
    cem = LicenceFactory(holder__name="Cem", trained_by=ben).holder
    dot = LicenceFactory(holder__name="Dot", trained_by=cem).holder
    CohortMemberFactory(cohort=CohortFactory(trainers=[ann]), learner=dot)
    found = queries.forest()

    assert set(queries.names_for(ann, found).values()) == {"Ann", "Ben", "Dot"}
    assert set(queries.names_for(ben, found).values()) == {"Ben", "Cem"}
    assert set(queries.names_for(lead, found).values()) == {"Ann", "Ben", "Cem", "Dot"}
    assert set(queries.names_for(UserFactory(), found).values()) == set()


def test_groups_still_to_log_are_the_trainers_own():
    trainer = UserFactory()
    mine, logged, _others = (CohortFactory(trainers=[t]) for t in (trainer, trainer, UserFactory()))
    log(trainer, logged)

    assert list(queries.groups_to_log(trainer)) == [mine]
