"""Courses, modules and who is on them, in a real page tree: root, home, catalogue and module library."""

from contextlib import contextmanager

import factory
from django.conf import settings
from django.test import override_settings
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.models import (
    CourseIndexPage,
    CourseModule,
    CoursePage,
    Enrolment,
    ModuleCompletion,
    ModuleForm,
    ModuleLibraryPage,
    ModulePage,
)
from library.models import HomePage
from tests.factories.accounts import UserFactory

QUIET = {"default": settings.WAGTAILSEARCH_BACKENDS["default"] | {"AUTO_UPDATE": False}}


@contextmanager
def unindexed():
    """Leave out the indexes of the CMS, for search and for references: half the cost of every page made."""
    with disable_reference_index_auto_update(), override_settings(WAGTAILSEARCH_BACKENDS=QUIET):
        yield


def home_page() -> HomePage:
    """Return the site's home page, made now if there is none."""
    home = HomePage.objects.first()
    if home is None:
        root = Page.objects.get(depth=1)
        with unindexed():
            home = root.add_child(instance=HomePage(title="Home", slug="fairlead", lead="Learn to notice."))
        Site.objects.update_or_create(
            is_default_site=True, defaults={"hostname": "testserver", "root_page": home}
        )
    return home


class PageFactory(DjangoModelFactory):
    """Makes pages under `parent`; `live=False` leaves a draft. Every page has a revision, none is indexed."""

    class Meta:
        abstract = True

    @classmethod
    @unindexed()
    def _create(cls, model_class, *args, parent, live=True, **kwargs):
        page = parent.add_child(instance=model_class(*args, live=live, **kwargs))
        revision = page.save_revision(clean=False)
        if live:  # what publishing leaves behind, without its work for every one of thousands of pages
            Page.objects.filter(pk=page.pk).update(
                live_revision=revision,
                first_published_at=revision.created_at,
                last_published_at=revision.created_at,
                has_unpublished_changes=False,
            )
        page.refresh_from_db()
        return page


class CourseIndexPageFactory(PageFactory):
    class Meta:
        model = CourseIndexPage

    title = "Courses"
    slug = "courses"
    introduction = "<p>Choose a course.</p>"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        found = CourseIndexPage.objects.first()
        return found or super()._create(model_class, *args, parent=home_page(), **kwargs)


class ModuleLibraryPageFactory(PageFactory):
    class Meta:
        model = ModuleLibraryPage

    title = "Module library"
    slug = "modules"

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        found = ModuleLibraryPage.objects.first()
        return found or super()._create(model_class, *args, parent=home_page(), **kwargs)


class CoursePageFactory(PageFactory):
    """A course with one outcome and no modules; add places with CourseModuleFactory."""

    class Meta:
        model = CoursePage

    parent = factory.SubFactory(CourseIndexPageFactory)
    title = factory.Sequence(lambda n: f"Course {n}")
    slug = factory.Sequence(lambda n: f"course-{n}")
    summary = "What it is, what to notice and what to do."
    introduction = "<p>For people who meet people.</p>"
    audience = "Frontline staff in any sector"
    cpd_minutes = 60

    @classmethod
    def _create(cls, model_class, *args, sectors=(), outcomes=("notice possible signs",), **kwargs):
        page = super()._create(model_class, *args, **kwargs)
        page.sectors.set(sectors)
        for number, text in enumerate(outcomes, 1):
            page.outcomes.create(code=f"LO{number}", text=text, sort_order=number)
        with unindexed():
            page.save(clean=False)
        return page


class ModulePageFactory(PageFactory):
    """A module with a paragraph; `body` and `short_body` take lists of {"type", "value"}."""

    class Meta:
        model = ModulePage

    parent = factory.SubFactory(ModuleLibraryPageFactory)
    title = factory.Sequence(lambda n: f"Module {n}")
    slug = factory.Sequence(lambda n: f"module-{n}")
    code = factory.Sequence(lambda n: f"T{n:04d}")
    summary = "One plain sentence."
    body = factory.LazyFunction(lambda: [{"type": "text", "value": "<p>Look at the situation.</p>"}])
    short_body = factory.LazyFunction(lambda: [{"type": "text", "value": "<p>In short: look.</p>"}])

    @classmethod
    def _create(cls, model_class, *args, body=(), short_body=(), **kwargs):
        page = model_class()
        for name, rows in (("body", body), ("short_body", short_body)):
            kwargs[name] = page._meta.get_field(name).to_python(rows and numbered(rows))
        return super()._create(model_class, *args, **kwargs)


def numbered(rows):
    """Give each block an id, as the CMS does."""
    return [{"id": f"block-{number}", **row} for number, row in enumerate(rows, 1)]


class CourseModuleFactory(DjangoModelFactory):
    class Meta:
        model = CourseModule

    course = factory.SubFactory(CoursePageFactory)
    module = factory.SubFactory(ModulePageFactory)
    form = ModuleForm.FULL
    minutes = 10
    sort_order = factory.Sequence(lambda n: n)


class EnrolmentFactory(DjangoModelFactory):
    class Meta:
        model = Enrolment

    learner = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CoursePageFactory)


class ModuleCompletionFactory(DjangoModelFactory):
    """`enrolment` and `module` given, the module's present version is completed in its full form."""

    class Meta:
        model = ModuleCompletion

    enrolment = factory.SubFactory(EnrolmentFactory)
    module = factory.SubFactory(ModulePageFactory)
    form = ModuleForm.FULL
    version = factory.SelfAttribute("module.version")
