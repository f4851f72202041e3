"""Learning done elsewhere and reflections."""

import io
from datetime import date

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from factory.django import DjangoModelFactory
from PIL import Image

from cpd.models import CpdProfile, OutsideLearning, Reflection
from cpd.services import save_learning
from tests.factories.accounts import UserFactory
from tests.factories.certificates import AwardFactory

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class OutsideLearningFactory(DjangoModelFactory):
    """An afternoon with colleagues, half of it together."""

    class Meta:
        model = OutsideLearning

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Study day {n}")
    provider = "Harbour Street Partnership"
    method = "course"
    completed_on = date(2026, 11, 10)
    started_on = factory.SelfAttribute("completed_on")
    minutes = 120
    participatory_minutes = 60


class ReflectionFactory(DjangoModelFactory):
    """On an award of the owner's; `outside=` makes it one on learning elsewhere."""

    class Meta:
        model = Reflection

    class Params:
        on_outside = factory.Trait(
            award=None,
            outside=factory.SubFactory(OutsideLearningFactory, owner=factory.SelfAttribute("..owner")),
        )

    owner = factory.SubFactory(UserFactory)
    award = factory.SubFactory(AwardFactory, enrolment__learner=factory.SelfAttribute("...owner"))
    learned = "I ask open questions now"


class CpdProfileFactory(DjangoModelFactory):
    class Meta:
        model = CpdProfile

    owner = factory.SubFactory(UserFactory)
    regulator = "nmc"


def evidence_file(name: str = "certificate.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def picture(kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(held, kind)
    return held.getvalue()


def learning_with_file(**fields) -> OutsideLearning:
    entry = OutsideLearningFactory(**fields)
    return save_learning(entry, evidence=evidence_file())
