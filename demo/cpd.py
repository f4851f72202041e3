"""A little of a CPD record: what a certified learner did elsewhere, and one reflection in their own words."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from certificates.models import Award
from cpd.models import Method, OutsideLearning, Reflection, Regulator
from cpd.services import choose_regulator, regulator_of, save_learning, save_reflection

LEARNER = "learner3@demo.example"


def load_cpd() -> None:
    """Fill the learner's record once; what is there stays as it is."""
    learner = User.objects.get(email=LEARNER)
    if regulator_of(learner) or OutsideLearning.objects.of(learner).exists():
        return
    choose_regulator(learner, Regulator.POLICE)
    today = timezone.localdate()
    for number, (days_ago, fields) in enumerate(_ELSEWHERE):
        day = today - timedelta(days=days_ago)
        entry = OutsideLearning(
            owner=learner, form_key=UUID(int=number + 1), started_on=day, completed_on=day, **fields
        )
        save_learning(entry)
    award = Award.objects.of(learner).first()
    if award:
        save_reflection(Reflection(owner=learner, award=award, form_key=UUID(int=1), **_REFLECTION))


_ELSEWHERE = (
    (
        40,
        {
            "title": "Voice of the child: half-day workshop",
            "provider": "Lea Marsh Safeguarding Partnership",
            "method": Method.COURSE,
            "minutes": 195,
            "participatory_minutes": 195,
        },
    ),
    (
        150,
        {
            "title": "Podcast series on county lines",
            "method": Method.READING,
            "minutes": 100,
            "relates_to": "Recognising exploitation early",
        },
    ),
)
_REFLECTION = {
    "learned": "I used to look for somebody who wants to be rescued. Most people I meet do not see it that way.",
    "practice": "I now ask who holds the phone and who holds the money, and I wait for the answer.",
    "peer": "We agreed to have one quiet room ready before a visit, not after.",
    "peer_role": "Duty sergeant",
}
