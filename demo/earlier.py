"""Two people who took the short course almost two years ago: their refreshers are due within 90 days."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import Agency, User
from certificates.dates import add_months
from courses.models import CoursePage, Enrolment
from demo import pilot_results

ZONE = ZoneInfo("Europe/London")
COURSE, AGENCY = "fast-track", "thornwell-royal"
#: Name, job role, in how many days the refresher is due.
PEOPLE = (("Bilal Hartwell", "ward clerk", 24), ("Carys Mountford", "safeguarding nurse", 71))


@transaction.atomic
def load_earlier(*, seed: int) -> None:
    """Write those of them who are not there yet; a refresher stays on its day once it is written."""
    course = CoursePage.objects.get(slug=COURSE)
    agency = Agency.objects.get(slug=AGENCY)
    for name, role, due_in_days in PEOPLE:
        email = f"{name.lower().replace(' ', '.')}@{agency.slug}.example"
        if not User.objects.filter(email=email).exists():
            due_on = timezone.localdate() + timedelta(days=due_in_days)
            _take_course(_person(name, email, role, agency), course, due_on, seed)


def _person(name: str, email: str, role: str, agency: Agency) -> User:
    user = User.objects.create(
        email=email,
        name=name,
        agency=agency,
        sector=agency.sector,
        job_role=role,
        password=make_password(None),
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _take_course(user: User, course: CoursePage, due_on, seed: int) -> None:
    day = add_months(due_on, -(course.refresh_months or 0))
    begun = datetime.combine(day, time(13), ZONE)
    enrolment = Enrolment.objects.create(learner=user, course=course, enrolled_at=begun)
    pilot_results.load_alone(
        course,
        SimpleNamespace(
            user=user,
            enrolment=enrolment,
            row=SimpleNamespace(date=day),
            session=SimpleNamespace(starts_at=begun, ends_at=begun + timedelta(hours=2)),
        ),
        seed=seed,
    )
