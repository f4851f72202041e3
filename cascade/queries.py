"""Reads about the tree and deliveries. Each takes the same number of queries however many people there are."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from attendance.models import Attendance
from cascade.models import RENEWABLE_DAYS, Delivery, Licence, LicenceRule, Observation, Reach
from cascade.permissions import can_see_tree
from cascade.reach import took_part
from cascade.tree import NONE_GIVEN, Forest, Logged, Node, Place, grow
from cohorts.models import Cohort, CohortMember, Programme
from courses.models import CoursePage, Enrolment
from courses.queries import live_places

NO_LICENCE, BY_ROLE = WITHOUT_LICENCE = ("No licence", "Trains by role")


@dataclass(frozen=True)
class Trainer:
    """Somebody in the tree. state: where their best licence stands, in words; is_active: may train today."""

    pk: int
    name: str
    place: Place
    state: str
    is_active: bool
    valid_until: date | None = None


@dataclass(frozen=True)
class Cascade:
    """The forest, and who its trainers are. `forest` by itself holds nobody's name."""

    forest: Forest
    trainers: dict[int, Trainer]

    @property
    def active_trainers(self) -> int:
        return sum(trainer.is_active for trainer in self.trainers.values())

    @property
    def trained_trainers(self) -> int:
        """Those whom somebody here trained to be a trainer."""
        return sum(node.parent is not None for node in self.forest.nodes.values())

    @property
    def passed_on(self) -> int:
        """Of those, how many have reached somebody themselves."""
        return sum(bool(node.parent and node.own.people) for node in self.forest.nodes.values())


def forest(programme: Programme | None = None, *, below: int | None = None) -> Cascade:
    """Return who trained whom and whom they reached; six queries.

    below: id of a trainer, for their own branch alone, which costs little however large the whole is.
    programme: those who became trainers in its groups and everybody whom they trained in turn, whoever delivered
    for it, and the line above each. Of their deliveries count the programme's own and, for those who became
    trainers through it, those that belong to no programme.
    """
    licences = list(Licence.objects.select_related("trained_in").order_by("granted_at", "pk"))
    edges = [(licence.holder_id, licence.trained_by_id) for licence in licences]
    deliveries = list(
        Delivery.objects.standing()
        .annotate(of_programme=Coalesce("programme", "cohort__programme"))
        .select_related("agency")
        .order_by("pk")
    )
    if programme:
        through_it = _below(
            edges,
            {
                row.holder_id
                for row in licences
                if row.trained_in and row.trained_in.programme_id == programme.pk
            },
        )
        deliveries = [
            d
            for d in deliveries
            if d.of_programme == programme.pk or (d.of_programme is None and d.trainer_id in through_it)
        ]
        kept = _with_those_above(edges, through_it | {d.trainer_id for d in deliveries})
        edges = [(holder, trained_by) for holder, trained_by in edges if holder in kept]
    if below is not None:
        branch = _below(edges, {below})
        edges = [
            (holder, trained_by if holder != below else None)
            for holder, trained_by in edges
            if holder in branch
        ]
        deliveries = [delivery for delivery in deliveries if delivery.trainer_id in branch]
    trainers = _trainers(licences)
    reached, places = _people(deliveries, is_branch=below is not None)
    places |= {pk: trainer.place for pk, trainer in trainers.items()}
    found = grow(edges, reached, _numbers(deliveries), places)
    return Cascade(found, {pk: trainers[pk] for pk in found.nodes})


def _below(edges, core: set[int]) -> set[int]:
    """Return `core` and everybody trained by them, over all generations."""
    trained = defaultdict(set)
    for holder, trained_by in edges:
        trained[trained_by].add(holder)
    found, waiting = set(core), list(core)
    while waiting:
        new = trained[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _with_those_above(edges, people: set[int]) -> set[int]:
    above = {}
    for holder, trained_by in edges:
        if trained_by is not None:
            above.setdefault(holder, trained_by)
    found = set()
    for person in people:
        while person is not None and person not in found:
            found.add(person)
            person = above.get(person)
    return found


def _people(deliveries: list[Delivery], *, is_branch: bool) -> tuple[dict[int, set], dict]:
    """Return trainer -> people reached in groups, and where each works; walk-ins without an account are (“w”, id)."""
    trainers_of = defaultdict(set)
    reached = {}
    for delivery in deliveries:
        reached.setdefault(delivery.trainer_id, set())
        if delivery.cohort_id:
            trainers_of[delivery.cohort_id].add(delivery.trainer_id)
    logged = Delivery.objects.standing().filter(cohort=OuterRef("cohort"))
    members = (
        CohortMember.objects.filter(cohort__in=trainers_of)
        if is_branch
        else CohortMember.objects.filter(Exists(logged))
    )
    members = took_part(members).order_by()
    where = ("sector__name", "agency__name", "agency__region")
    rows = [
        (cohort, person, place)
        for cohort, person, *place in members.values_list(
            "cohort", "learner", *(f"learner__{w}" for w in where)
        )
    ]
    walk_ins = Attendance.objects.came().filter(
        learner=None, walk_in__claimed_by=None, walk_in__removed_at=None, session__cancelled_at=None
    )
    rows += [
        (cohort, ("w", walk_in), place)
        for cohort, walk_in, *place in walk_ins.order_by().values_list(
            "session__cohort", "walk_in", *(f"walk_in__{w}" for w in where)
        )
    ]
    places = {}
    for cohort, person, place in rows:
        for trainer in trainers_of.get(cohort, ()):
            reached[trainer].add(person)
            places[person] = place_of(*place)
    return reached, places


def place_of(sector: str | None, agency: str | None, area: str | None) -> Place:
    return Place(sector or NONE_GIVEN, agency or NONE_GIVEN, area or NONE_GIVEN)


def _numbers(deliveries: list[Delivery]) -> dict[int, list[Logged]]:
    by_pk = {delivery.pk: delivery for delivery in deliveries}
    found = defaultdict(list)
    rows = Reach.objects.filter(delivery__withdrawn_at=None).order_by("pk")
    for pk, sector, people in rows.values_list("delivery", "sector__name", "people"):
        delivery = by_pk.get(pk)
        if delivery:
            agency = delivery.agency
            area = delivery.area or (agency and agency.region)
            found[delivery.trainer_id].append(Logged(people, place_of(sector, agency and agency.name, area)))
    return found


def _trainers(licences: list[Licence]) -> dict[int, Trainer]:
    """Return everybody who holds or held a licence, passed one on or delivered; one query."""
    of_person = defaultdict(list)
    for licence in licences:
        of_person[licence.holder_id].append(licence)
    trains = Exists(
        User.groups.through.objects.filter(
            user=OuterRef("pk"), group__name__in=[Role.TRAINER, Role.LEAD_TRAINER]
        )
    )
    people = (
        get_user_model()
        .objects.filter(
            Q(Exists(Licence.objects.filter(holder=OuterRef("pk"))))
            | Q(Exists(Licence.objects.filter(trained_by=OuterRef("pk"))))
            | Q(Exists(Delivery.objects.standing().filter(trainer=OuterRef("pk"))))
        )
        .annotate(trains=trains)
        .select_related("sector", "agency")
    )
    return {person.pk: _trainer(person, of_person[person.pk]) for person in people}


def _trainer(person, licences: list[Licence]) -> Trainer:
    place = place_of(
        person.sector and person.sector.name,
        person.agency and person.agency.name,
        person.agency and person.agency.region,
    )
    state, is_active, until = _state_of(licences, person.trains and person.is_active)
    return Trainer(person.pk, str(person), place, state, is_active and person.is_active, until)


def _state_of(licences: list[Licence], trains: bool) -> tuple[str, bool, date | None]:
    """Return words, whether they may train, and until when, of somebody's licences."""
    standing = [row for row in licences if row.revoked_at is None and row.replaced_at is None]
    if standing:
        best = max(standing, key=lambda row: row.valid_until)
        return str(best.state.label), best.is_valid, best.valid_until
    if licences:
        return str(Licence.State.REVOKED.label), False, None
    return (BY_ROLE, True, None) if trains else (NO_LICENCE, False, None)


def names_for(viewer, cascade: Cascade) -> dict[int, str]:
    """Return trainer id -> name of those whom `viewer` may know: all for lead trainers and managers; for a trainer
    themselves, those they trained, and people in their own groups. One query at most."""
    if can_see_tree(viewer):
        return {pk: trainer.name for pk, trainer in cascade.trainers.items()}
    known = {viewer.pk}
    if viewer.has_role(Role.TRAINER):
        node = cascade.forest.nodes.get(viewer.pk)
        known |= {child.person for child in node.children} if node else set()
        groups = Cohort.objects.visible_to(viewer)
        known |= set(
            CohortMember.objects.active().filter(cohort__in=groups).values_list("learner", flat=True)
        )
    return {pk: trainer.name for pk, trainer in cascade.trainers.items() if pk in known}


def unnamed(node: Node) -> str:
    """What stands for a trainer whose name the reader may not know."""
    return f"A trainer of generation {node.generation}"


# --- Deliveries ------------------------------------------------------------------------------


def deliveries_of(trainer):
    """What somebody delivered, withdrawn ones too, with `numbers`, the people logged without an account."""
    return (
        trainer.deliveries.select_related("course", "cohort", "agency", "withdrawn_by")
        .annotate(numbers=Coalesce(Sum("reaches__people"), 0))
        .order_by("-delivered_on", "-pk")
    )


def people_in_groups(deliveries) -> dict[int, int]:
    """Return delivery id -> people of its group who took part, walk-ins included; two queries."""
    cohorts = {d.cohort_id for d in deliveries if d.cohort_id}
    members = took_part(CohortMember.objects.filter(cohort__in=cohorts)).order_by()
    found = dict(
        members.values("cohort").annotate(n=Count("learner", distinct=True)).values_list("cohort", "n")
    )
    walk_ins = Attendance.objects.came().filter(
        session__cohort__in=cohorts,
        learner=None,
        walk_in__claimed_by=None,
        walk_in__removed_at=None,
        session__cancelled_at=None,
    )
    rows = walk_ins.order_by().values(cohort=F("session__cohort")).annotate(n=Count("walk_in", distinct=True))
    for cohort, n in rows.values_list("cohort", "n"):
        found[cohort] = found.get(cohort, 0) + n
    return {d.pk: found.get(d.cohort_id, 0) for d in deliveries}


def groups_to_log(trainer):
    """The trainer's own groups that are not among their deliveries, newest first."""
    logged = Delivery.objects.standing().filter(trainer=trainer, cohort=OuterRef("pk"))
    groups = Cohort.objects.filter(trainers=trainer).filter(~Exists(logged))
    return groups.select_related("course").order_by("-created_at", "-pk")


def programmes_of(trainer):
    """Programmes for which a trainer may have delivered: of groups they run, became a trainer in, or lead; by name."""
    return (
        Programme.objects.filter(
            Q(cohorts__trainers=trainer) | Q(cohorts__licences__holder=trainer) | Q(leads=trainer)
        )
        .distinct()
        .order_by("name", "pk")
    )


def changes_since(course, day: date) -> list:
    """Return the live places of the course whose module was published again after `day`."""
    return list(live_places().filter(course=course, module__last_published_at__date__gt=day))


# --- People who hold a licence or may be given one -------------------------------------------


def candidates(course: CoursePage):
    """People on a course that leads to a licence for `course`, those observed at it, and its licence holders.

    Without a rule the course itself leads to it; then only those count who took it in a group.
    """
    rules = LicenceRule.objects.filter(course=course)
    on_trainer_course = Enrolment.objects.active().filter(
        learner=OuterRef("pk"), course__in=rules.values("trainer_course")
    )
    in_group = CohortMember.objects.filter(learner=OuterRef("pk"), cohort__course=course)
    leads_here = Exists(on_trainer_course) if rules.exists() else Exists(in_group)
    return (
        get_user_model()
        .objects.filter(is_active=True)
        .filter(
            leads_here
            | Exists(Licence.objects.filter(holder=OuterRef("pk"), course=course))
            | Exists(Observation.objects.filter(trainer=OuterRef("pk"), course=course))
        )
        .select_related("agency", "sector")
        .order_by("name", "pk")
    )


def candidates_in(course: CoursePage, state: str):
    """`candidates` with or without a licence as `state` has it; any other word leaves all of them.

    “ready” and “lacking” are told apart by what each of them has done: see cascade.requirements.
    """
    of_person = Licence.objects.filter(holder=OuterRef("pk"), course=course)
    valid = Exists(of_person.valid())
    soon = timezone.localdate() + timedelta(days=RENEWABLE_DAYS)
    found = {
        "ready": ~valid,
        "lacking": ~valid,
        "holds": valid,
        "ending": Exists(of_person.valid().filter(valid_until__lte=soon)),
        "ended": ~valid & Exists(of_person.filter(replaced_at=None)),
    }
    people = candidates(course)
    return people.filter(found[state]) if state in found else people


def latest_licences(people, course: CoursePage) -> dict[int, Licence]:
    """Return person id -> their standing licence for the course or, without one, the last revoked; one query."""
    rows = Licence.objects.filter(holder__in=people, course=course, replaced_at=None)
    found: dict[int, Licence] = {}
    for licence in rows.select_related("trained_by", "granted_by", "revoked_by").order_by("granted_at", "pk"):
        old = found.get(licence.holder_id)
        if old is None or old.revoked_at or not licence.revoked_at:
            found[licence.holder_id] = licence
    return found


def licensable_courses():
    """Courses for which there is a rule or a licence, and all live ones; by title."""
    known = Q(Exists(LicenceRule.objects.filter(course=OuterRef("pk")))) | Q(
        Exists(Licence.objects.filter(course=OuterRef("pk")))
    )
    return CoursePage.objects.filter(Q(live=True) | known).order_by("path")


def courses_of(person) -> list[CoursePage]:
    """Courses for which somebody holds, held or is on the way to a licence; one query."""
    through_rule = LicenceRule.objects.filter(
        course=OuterRef("pk"),
        trainer_course__enrolments__learner=person,
        trainer_course__enrolments__withdrawn_at=None,
    )
    return list(
        CoursePage.objects.filter(
            Q(Exists(Licence.objects.filter(course=OuterRef("pk"), holder=person)))
            | Q(Exists(Observation.objects.filter(course=OuterRef("pk"), trainer=person)))
            | Q(Exists(through_rule))
        ).order_by("path")
    )


def groups_trained_in(person, courses):
    """Groups on one of `courses` in which somebody was, the latest first."""
    rows = Cohort.objects.filter(members__learner=person, course__in=courses).distinct()
    return rows.prefetch_related("trainers").order_by("-created_at", "-pk")
