"""Load the content files: read and check everything first, then write it in one transaction.

What is there already is left as it is, since from the first load on the CMS owns it.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from accounts.models import Agency, Sector
from courses.models import (
    CourseIndexPage,
    CourseModule,
    CoursePage,
    ModuleLibraryPage,
    ModulePage,
)
from courses.models.pages import CourseOutcome, FurtherReading, ModuleOutcome
from demo import schema
from demo.files import read_document, read_rows, refer
from demo.markdown import to_html
from demo.modules import Lookups, ModuleFile, read_modules, stream_value
from demo.quizzes import check_quizzes, load_bank, load_quizzes, read_bank
from library.models import (
    ExploitationForm,
    Fact,
    HelpContact,
    HomePage,
    Indicator,
    Setting,
    SiteSettings,
    StandardPage,
)

CHECKED_ON, REVIEW_DUE_ON = "2026-11-16", "2027-05-16"


@dataclass
class Content:
    """Everything read from the files of `folder`, checked against each other."""

    folder: Path

    sectors: list[schema.SectorRow]
    forms: list[schema.VocabularyRow]
    settings: list[schema.VocabularyRow]
    indicators: list[schema.IndicatorRow]
    facts: list[schema.FactRow]
    contacts: list[schema.ContactRow]
    agency_types: dict[str, schema.AgencyTypeRow]
    agencies: list[schema.AgencyRow]
    questions: list[dict]
    scenarios: list[dict]
    modules: list[ModuleFile]
    courses: list[schema.CourseRow]
    pages: schema.PagesFile


def read_content(folder: Path) -> Content:
    """Read and check all content files of `folder`. Raises ContentError naming file and line; writes nothing."""
    _, sectors = read_rows(folder / "sectors.yaml", schema.SectorRow, key="code")
    _, forms = read_rows(folder / "forms.yaml", schema.VocabularyRow, key="code")
    _, settings = read_rows(folder / "settings.yaml", schema.VocabularyRow, key="code")
    sector_codes = {row.code for row in sectors}
    indicator_file, indicators = read_rows(folder / "indicators.yaml", schema.IndicatorRow, key="code")
    for index, row in enumerate(indicators):
        known = {
            "forms": {f.code for f in forms},
            "settings": {s.code for s in settings},
            "sectors": sector_codes | {"ALL"},
        }
        for name, codes in known.items():
            refer(indicator_file, (index, name), getattr(row, name), codes)
    _, facts = read_rows(folder / "facts.yaml", schema.FactRow, key="code")
    _, contacts = read_rows(folder / "contacts.yaml", schema.ContactRow, key="code")
    _, types = read_rows(folder / "agencies.yaml", schema.AgencyTypeRow, key="code", under="types")
    agency_file, agencies = read_rows(
        folder / "agencies.yaml", schema.AgencyRow, key="slug", under="agencies"
    )
    for index, row in enumerate(agencies):
        refer(agency_file, ("agencies", index, "type"), [row.type], {t.code for t in types})
    modules = read_modules(folder / "modules")
    for module in modules:
        refer(module.document, ("relies_on",), module.row.relies_on, {f.code for f in facts})
    lookups = Lookups(
        {f.code: 0 for f in facts}, {i.code: 0 for i in indicators}, sector_codes, lambda *args: 0
    )
    for module in modules:
        for blocks in module.streams.values():
            stream_value(blocks, lookups)
    course_file, courses = read_rows(folder / "courses.yaml", schema.CourseRow, key="slug")
    forms_of = {m.row.code: set(m.streams) for m in modules}
    for index, course in enumerate(courses):
        refer(course_file, (index, "sectors"), course.sectors, sector_codes)
        for number, place in enumerate(course.modules):
            if place.form not in forms_of.get(place.code, ()):
                message = f"there is no {place.form} form of {place.code}"
                raise course_file.mistake((index, "modules", number), message)
    known = (set(forms_of), {f.code for f in facts}, {i.code for i in indicators}, sector_codes)
    questions, scenarios = read_bank(folder, known)
    check_quizzes(course_file, courses, {row["code"] for row in [*questions, *scenarios]})
    page_file = read_document(folder / "pages.yaml")
    return Content(
        folder,
        sectors,
        forms,
        settings,
        indicators,
        facts,
        contacts,
        {t.code: t for t in types},
        agencies,
        questions,
        scenarios,
        modules,
        courses,
        page_file.parse(schema.PagesFile, page_file.value),
    )


@transaction.atomic
def load_content(content: Content) -> None:
    """Write what is not there yet. Safe to repeat; an editor's changes stay."""
    load_people_lists(content.sectors, content.agency_types, content.agencies)
    _load_library(content)
    index, shelf = _load_page_tree(content)
    modules = _load_modules(content, shelf)
    _load_courses(content, index, modules)
    known = (modules, _by_code(Fact), _by_code(Indicator), _by_code(Sector))
    load_bank(content.questions, content.scenarios, known)
    load_quizzes(content.courses, modules)


def _by_code(model) -> dict:
    return {row.code: row for row in model.objects.all()}


def load_people_lists(sectors, agency_types, agencies) -> None:
    """Write the sectors and organisations that are not there yet. agency_types: by code."""
    for row in sectors:
        Sector.objects.get_or_create(
            code=row.code, defaults={"name": row.name, "order": row.order, "examples": row.examples}
        )
    known = _by_code(Sector)
    for row in agencies:
        kind = agency_types[row.type]
        Agency.objects.get_or_create(
            slug=row.slug,
            defaults={
                "name": row.name,
                "kind": kind.name,
                "sector": known.get(kind.sector),
                "region": row.region,
                "headcount": row.learners or None,
                "first_responder": row.first_responder or kind.first_responder,
            },
        )


def _load_library(content: Content) -> None:
    for model, rows in ((ExploitationForm, content.forms), (Setting, content.settings)):
        for row in rows:
            model.objects.get_or_create(code=row.code, defaults={"name": row.name, "order": row.order})
    forms, settings, sectors = _by_code(ExploitationForm), _by_code(Setting), _by_code(Sector)
    for row in content.facts:
        values = row.model_dump(exclude={"code", "usable"})
        Fact.objects.get_or_create(code=row.code, defaults=values | {"is_usable": row.usable})
    known = set(Indicator.objects.values_list("code", flat=True))
    for row in content.indicators:
        if row.code in known:
            continue
        indicator = Indicator(
            code=row.code,
            text=row.text,
            why=row.why,
            ask=row.ask,
            strength=row.strength,
            source=row.source,
            needs_check=row.check,
            for_all_sectors="ALL" in row.sectors,
            checked_on=CHECKED_ON,
            review_due_on=REVIEW_DUE_ON,
        )
        indicator.forms = [forms[code] for code in row.forms]
        indicator.settings = [settings[code] for code in row.settings]
        indicator.sectors = [sectors[code] for code in row.sectors if code != "ALL"]
        indicator.save()
    for row in content.contacts:
        values = row.model_dump(exclude={"code", "check_due_on"})
        HelpContact.objects.get_or_create(
            code=row.code.lower(), defaults=values | {"review_due_on": row.check_due_on}
        )


def _publish(parent: Page, page: Page) -> Page:
    """Put `page` below `parent` and publish it with a revision, as an editor would."""
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _load_page_tree(content: Content) -> tuple[CourseIndexPage, ModuleLibraryPage]:
    """Make the home page the site's root, with catalogue, module library and standard pages below it."""
    home = HomePage.objects.first()
    if home is None:
        text = content.pages.home
        root = Page.get_first_root_node()
        welcome = root.get_children().filter(slug="home").first()  # Wagtail's own sample page
        if welcome:
            Site.objects.all().delete()
            welcome.delete()
            root = Page.get_first_root_node()
        home = _publish(
            root,
            HomePage(
                title=text.title,
                slug="home",
                lead=text.lead,
                points=[
                    {"type": "point", "value": {"title": v.title, "text": to_html(v.text)}}
                    for v in text.values
                ],
                steps=[
                    {"type": "steps", "value": [f"{step.title}. {step.text}" for step in text.how_it_works]}
                ],
                affected=to_html(text.affected.body),
                organisations=to_html(text.organisations.body),
            ),
        )
        site = Site.objects.create(
            hostname=urlsplit(settings.SITE_URL).hostname,
            root_page=home,
            is_default_site=True,
            site_name="Fairlead",
        )
        SiteSettings.objects.create(
            site=site,
            provider_name=content.pages.site.provider,
            support_email=content.pages.site.contact_email,
        )
    index = CourseIndexPage.objects.first() or _publish(
        home, CourseIndexPage(title="Courses", slug="courses")
    )
    shelf = ModuleLibraryPage.objects.first() or _publish(
        home, ModuleLibraryPage(title="Module library", slug="module-library")
    )
    for row in content.pages.pages:
        if not StandardPage.objects.filter(slug=row.slug).exists():
            body = to_html(row.body)
            _publish(
                home, StandardPage(title=row.title, slug=row.slug, search_description=row.summary, body=body)
            )
    return index, shelf


def _image(folder: Path, name: str, alt: str) -> int:
    """Return the id of the picture `name` in the CMS, uploaded now if it is not there."""
    model = get_image_model()
    found = model.objects.filter(title=name).first()
    if found is None:
        with (folder / name).open("rb") as file:
            found = model.objects.create(title=name, description=alt[:255], file=ImageFile(file, name=name))
    return found.pk


def _load_modules(content: Content, shelf: ModuleLibraryPage) -> dict[str, ModulePage]:
    facts = _by_code(Fact)
    lookups = Lookups(
        {code: fact.pk for code, fact in facts.items()},
        dict(Indicator.objects.values_list("code", "pk")),
        set(Sector.objects.values_list("code", flat=True)),
        partial(_image, content.folder / "images"),
    )
    found = _by_code(ModulePage)
    for module in content.modules:
        row = module.row
        if row.code in found:
            continue
        page = ModulePage(
            title=row.title,
            slug=row.slug,
            code=row.code,
            summary=row.summary,
            search_description=row.summary,
            content_note=row.content_note,
            reviewed_on=row.reviewed_on,
            review_due_on=row.review_due_on,
            body=stream_value(module.streams["full"], lookups),
            short_body=stream_value(module.streams.get("short", []), lookups),
        )
        page.outcomes = [
            ModuleOutcome(sort_order=i, code=o.code, text=o.text, programme=o.programme)
            for i, o in enumerate(row.outcomes)
        ]
        page.readings = [
            FurtherReading(sort_order=i, title=r.title, publisher=r.publisher, year=str(r.year), url=r.url)
            for i, r in enumerate(row.further_reading)
        ]
        page.relies_on = [facts[code] for code in row.relies_on]
        _publish(shelf, page)
        found[row.code] = page
    return found


def _load_courses(content: Content, index: CourseIndexPage, modules: dict[str, ModulePage]) -> None:
    sectors = _by_code(Sector)
    for row in content.courses:
        if CoursePage.objects.filter(slug=row.slug).exists():
            continue
        course = CoursePage(
            title=row.title,
            slug=row.slug,
            summary=row.summary,
            search_description=row.summary,
            introduction=to_html(row.introduction),
            audience=row.audience,
            level=row.level,
            delivery=row.format,
            content_note=row.content_note,
            reviewed_on=row.reviewed_on,
            review_due_on=row.review_due_on,
            cpd_minutes=row.cpd_minutes,
            participatory_minutes=row.participatory_minutes,
            sessions_required=row.sessions_required,
            refresh_months=row.refresh_months,
        )
        course.sectors = [sectors[code] for code in row.sectors]
        course.outcomes = [
            CourseOutcome(sort_order=i, code=o.code, text=o.text) for i, o in enumerate(row.learning_outcomes)
        ]
        course.course_modules = [
            CourseModule(
                sort_order=i,
                module=modules[place.code],
                form=place.form,
                minutes=place.minutes,
                is_required=place.required,
            )
            for i, place in enumerate(row.modules)
        ]
        _publish(index, course)
