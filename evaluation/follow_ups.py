"""What people answered after ninety days, of each group and of all groups together, told so that neither gives away
the other. Two queries for one group and for two hundred.

A group's answers are told as a whole or not at all, and all groups together by what is left of them when those told
are taken off: that is what somebody could work out who reads both.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet

from cohorts.models import Cohort, CohortMember
from evaluation.matched import Stays, cohort_at, stays_of
from evaluation.models import FollowUp
from evaluation.suppression import is_small, publish, suppress

KEYS = ("answer", "passed_on")
#: Answer and whether it was passed on -> how many people say so.
Answers = Counter
#: Of each key of KEYS: value -> people, None where hidden.
Margins = tuple[dict[Hashable, int | None], ...]
NONE_SAID: Margins = ({}, {})


@dataclass(frozen=True)
class FollowUpSummary:
    """What came of it after ninety days. A number that is hidden is None, see evaluation.suppression.

    asked: letters sent.  answered: of these.  The others are of those who answered.
    """

    asked: int
    answered: int | None
    used: int | None = None
    not_yet: int | None = None
    needed_help: int | None = None
    passed_on: int | None = None
    not_passed_on: int | None = None

    @property
    def lines(self) -> list[tuple[str, int | None]]:
        return [
            (FollowUp.Answer.USED.label, self.used),
            (FollowUp.Answer.NOT_YET.label, self.not_yet),
            (FollowUp.Answer.NEEDED_HELP.label, self.needed_help),
            ("Passed it on to somebody else", self.passed_on),
            ("Did not pass it on", self.not_passed_on),
        ]


def follow_up_of(cohort: Cohort) -> FollowUpSummary:
    """Return one group's answers, beside those of its programme."""
    beside = {"programme": cohort.programme_id} if cohort.programme_id else {"pk": cohort.pk}
    asked, answers = _counts(Cohort.objects.filter(**beside))
    published = tell(answers)
    told = published.groups.get(cohort.pk)
    return _summary(asked[cohort.pk], published.answered.get(cohort.pk, 0), told)


def follow_up_of_all(cohorts: QuerySet[Cohort], stays: Stays | None = None) -> FollowUpSummary:
    """Return the answers of all of a programme's groups together; stays: of these, if known already."""
    asked, answers = _counts(cohorts, stays)
    published = tell(answers)
    return _summary(asked.total(), published.total, published.all)


def _counts(cohorts: QuerySet[Cohort], stays: Stays | None = None) -> tuple[Counter, dict[int, Answers]]:
    """Return group -> people asked, and group -> their answers."""
    stays = stays or stays_of(cohorts)
    enrolments = CohortMember.objects.filter(cohort__in=cohorts.values("pk")).values("enrolment")
    rows = FollowUp.objects.filter(enrolment__in=enrolments, sent_at__isnull=False).order_by()
    asked: Counter = Counter()
    answers = defaultdict(Counter)
    for enrolment, sent_at, answer, passed_on in rows.values_list(
        "enrolment", "sent_at", "answer", "passed_on"
    ):
        cohort = cohort_at(stays[enrolment], sent_at)
        if cohort is not None:
            asked[cohort] += 1
            if answer:
                answers[cohort][answer, passed_on] += 1
    return asked, answers


def _summary(asked: int, answered: int | None, margins: Margins | None) -> FollowUpSummary:
    if answered is None or margins is None:
        return FollowUpSummary(asked, answered)
    answers, passed = margins
    return FollowUpSummary(
        asked=asked,
        answered=answered,
        used=answers.get(FollowUp.Answer.USED, 0),
        not_yet=answers.get(FollowUp.Answer.NOT_YET, 0),
        needed_help=answers.get(FollowUp.Answer.NEEDED_HELP, 0),
        passed_on=passed.get(True, 0),
        not_passed_on=passed.get(False, 0),
    )


# --- What may be told. Pure -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """answered: group -> people who answered, None where hidden.  groups: of those told alone.  all: None below five."""

    answered: Mapping[Hashable, int | None]
    total: int | None
    groups: Mapping[Hashable, Margins]
    all: Margins | None


def tell(groups: Mapping[Hashable, Answers]) -> Published:
    """Return what may be told of each group and of all.

    A group is told alone if none of its numbers is small, and if what all the groups not told are together hides no
    more than all groups would: else the smallest is not told either.
    """
    totals = suppress({group: answers.total() for group, answers in groups.items()})
    everybody = _sum(groups.values())
    if totals.total is None or not everybody:
        return Published(
            {g: totals[g] for g in groups}, totals.total, {}, NONE_SAID if not everybody else None
        )
    hidden = _hidden(_margins(everybody))
    told = {
        group: answers for group, answers in sorted(groups.items())
        if totals[group] and not any(is_small(n) for margin in _plain(answers) for n in margin.values())
    }  # fmt: skip
    while _hidden(_rest(groups, told)) > hidden:
        del told[min(told, key=lambda group: (told[group].total(), repr(group)))]
    shown = _plain(_sum(told.values()))
    rest = _rest(groups, told)
    return Published(
        answered={group: totals[group] for group in groups},
        total=totals.total,
        groups={group: _plain(answers) for group, answers in told.items()},
        all=tuple(
            {value: None if left.get(value, 0) is None else left.get(value, 0) + plain[value] for value in plain | left}
            for plain, left in zip(shown, rest, strict=True)
        ),
    )  # fmt: skip


def _sum(counts) -> Answers:
    found: Answers = Counter()
    for one in counts:
        found.update(one)
    return found


def _rest(groups: Mapping[Hashable, Answers], told: Mapping[Hashable, Answers]) -> Margins:
    return _margins(_sum(answers for group, answers in groups.items() if group not in told))


def _margins(answers: Answers) -> Margins:
    """Return the tables as they may be published where nothing else is."""
    tables = publish(answers, KEYS, [(key,) for key in KEYS])
    return tuple({value: tables[key,][value] for value in tables[key,].values[0]} for key in KEYS)


def _plain(answers: Answers) -> Margins:
    found = Counter(), Counter()
    for at, people in answers.items():
        for margin, value in zip(found, at, strict=True):
            margin[value] += people
    return found


def _hidden(margins: Margins) -> int:
    return sum(people is None for margin in margins for people in margin.values())
