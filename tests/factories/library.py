"""Signs, facts, help contacts and the site's own pages."""

from datetime import date

import factory
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site

from library.models import ExploitationForm, Fact, HelpContact, HomePage, Indicator, Setting, StandardPage

CHECKED_ON = date(2026, 11, 16)
REVIEW_DUE_ON = date(2027, 5, 16)


class ExploitationFormFactory(DjangoModelFactory):
    class Meta:
        model = ExploitationForm
        django_get_or_create = ["code"]

    code = "labour"
    name = "Labour exploitation"
    order = 2


class SettingFactory(DjangoModelFactory):
    class Meta:
        model = Setting
        django_get_or_create = ["code"]

    code = "workplace"
    name = "At work"
    order = 2


class IndicatorFactory(DjangoModelFactory):
    """A sign for everybody, of labour exploitation, seen at work; `forms`, `settings`, `sectors` take lists."""

    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"IND-T{n:03}")
    text = factory.Sequence(lambda n: f"The worker’s passport is kept by somebody else ({n})")
    why = "A kept passport can be a way of control; some employers keep them safe on request."
    ask = "Ask in private whether the person can get it back today."
    strength = Indicator.Strength.KEY
    source = "IOM, Annual Report of Activities 2011"
    checked_on = CHECKED_ON
    review_due_on = REVIEW_DUE_ON
    for_all_sectors = True

    @classmethod
    def _create(cls, model_class, *args, forms=None, settings=None, sectors=(), **kwargs):
        sign = model_class(*args, **kwargs)
        sign.forms = [ExploitationFormFactory()] if forms is None else forms
        sign.settings = [SettingFactory()] if settings is None else settings
        sign.sectors = sectors
        sign.save()
        return sign


class FactFactory(DjangoModelFactory):
    class Meta:
        model = Fact

    code = factory.Sequence(lambda n: f"FIG-T{n:03}")
    value = "more than 2,000"
    unit = "people"
    year = "2024"
    population = "referrals in one quarter, United Kingdom"
    source = "A published report, 2024"
    caveat = "Counts people who were found, not people who are exploited."
    checked_on = CHECKED_ON
    review_due_on = REVIEW_DUE_ON


class HelpContactFactory(DjangoModelFactory):
    class Meta:
        model = HelpContact

    code = factory.Sequence(lambda n: f"line-{n}")
    name = factory.Sequence(lambda n: f"Advice line {n}")
    number = "08000 121 700"
    purpose = "Anyone who wants advice about a worry."
    hours = "Day and night"
    source = "The line’s own page"
    checked_on = CHECKED_ON
    review_due_on = REVIEW_DUE_ON


class HomePageFactory(DjangoModelFactory):
    """The front page, served at / in place of Wagtail's welcome page."""

    class Meta:
        model = HomePage

    title = "Notice it. Respond safely."
    slug = "home"
    lead = "Training for people who work with people."

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        root = Page.get_first_root_node()
        for page in root.get_children():
            page.delete()
        root.refresh_from_db()
        home = root.add_child(instance=model_class(*args, **kwargs))
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": "localhost", "root_page": home, "site_name": "Fairlead"},
        )
        return home


class StandardPageFactory(DjangoModelFactory):
    """A plain page under `parent`, the front page unless told."""

    class Meta:
        model = StandardPage

    title = "About this training"
    slug = "about-this-training"
    body = "<h2>What you can take</h2><p>Two courses.</p>"

    @classmethod
    def _create(cls, model_class, *args, parent=None, **kwargs):
        parent = parent or HomePage.objects.first() or HomePageFactory()
        return parent.add_child(instance=model_class(*args, **kwargs))
