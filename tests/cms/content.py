"""Content for the CMS tests: one page tree, rows of every kind."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from courses.models import CourseIndexPage, CourseModule, CoursePage, ModuleLibraryPage, ModulePage
from library.models import ExploitationForm, Fact, HelpContact, HomePage, Indicator, Setting
from tests.factories.accounts import AgencyFactory, SectorFactory

number = count(1)


def in_days(days: int):
    return timezone.localdate() + timedelta(days=days)


def reviewed(days: int = 300) -> dict:
    return {"source": "Home Office, 2026", "review_due_on": in_days(days)}


def make_form(**fields) -> ExploitationForm:
    n = next(number)
    return ExploitationForm.objects.create(**{"code": f"form-{n}", "name": f"Form {n}"} | fields)


def make_setting(**fields) -> Setting:
    n = next(number)
    return Setting.objects.create(**{"code": f"setting-{n}", "name": f"Setting {n}"} | fields)


def make_indicator(*, due: int = 300, **fields) -> Indicator:
    n = next(number)
    words = {"code": f"IND-T{n:03}", "text": f"Sign {n}", "strength": "key"} | fields
    return Indicator.objects.create(
        forms=[make_form()], settings=[make_setting()], sectors=[SectorFactory()], **reviewed(due) | words
    )


def make_fact(*, due: int = 300, **fields) -> Fact:
    n = next(number)
    words = {"code": f"FIG-T{n:03}", "value": str(n), "unit": "people", "population": "adults referred"}
    return Fact.objects.create(**reviewed(due) | words | fields)


def make_contact(*, due: int = 300, **fields) -> HelpContact:
    n = next(number)
    words = {"code": f"line-{n}", "name": f"Helpline {n}", "number": "08000 121 700", "purpose": "Advice."}
    return HelpContact.objects.create(**reviewed(due) | words | fields)


def make_sector(**fields):
    n = next(number)
    return SectorFactory(**{"code": f"S{n}", "name": f"Sector {n}"} | fields)


def make_home() -> HomePage:
    """The home page, with a catalogue and a module library under it; it is there from the start."""
    return HomePage.objects.get()


def make_module(*, due: int | None = 300, live: bool = True, **fields) -> ModulePage:
    make_home()
    n = next(number)
    words = {
        "title": f"Module {n}",
        "slug": f"module-{n}",
        "code": f"T{n}",
        "summary": "In a sentence.",
        "live": live,
    }
    page = ModulePage(**words | {"review_due_on": None if due is None else in_days(due)} | fields)
    return ModuleLibraryPage.objects.get().add_child(instance=page)


def make_course(*modules: ModulePage, due: int | None = 300, **fields) -> CoursePage:
    make_home()
    n = next(number)
    words = {
        "title": f"Course {n}",
        "slug": f"course-{n}",
        "summary": "In a sentence.",
        "introduction": "<p>Hello.</p>",
        "audience": "Everyone",
        "cpd_minutes": 60,
        "review_due_on": None if due is None else in_days(due),
    }
    course = CourseIndexPage.objects.get().add_child(instance=CoursePage(**words | fields))
    for order, module in enumerate(modules):
        CourseModule.objects.create(course=course, module=module, minutes=5, sort_order=order)
    return course


def make_agency(**fields):
    n = next(number)
    return AgencyFactory(**{"name": f"Organisation {n}", "slug": f"organisation-{n}"} | fields)


#: Every list of the CMS: what makes a row, and the filters it offers.
LISTS = {
    "library.indicator": (make_indicator, ["forms", "sectors", "settings", "strength", "needs_check", "due"]),
    "library.fact": (make_fact, ["kind", "is_usable", "needs_check", "due"]),
    "library.helpcontact": (make_contact, ["kind", "nation", "in_help_box", "due"]),
    "library.exploitationform": (make_form, []),
    "library.setting": (make_setting, []),
    "accounts.agency": (make_agency, ["is_confirmed", "sector", "kind", "region", "first_responder"]),
    "accounts.sector": (make_sector, []),
}
