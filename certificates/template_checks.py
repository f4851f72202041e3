"""What keeps a template from being published, each said once, with the field beside which it belongs."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import capfirst

from certificates.activities import site_facts
from certificates.designs import (
    WORDS,
    Look,
    draft_look,
    logo_slot,
    partner_slots,
    signature_slots,
)
from certificates.drawing import UndrawableText, draw, glyphs
from certificates.drawing.palettes import PALETTES, contrast_problems
from certificates.models import CertificateTemplate, TemplateUse
from certificates.models.templates import MAX_PARTNER_LOGOS, MAX_SIGNATORIES
from certificates.pictures import UnusablePicture
from certificates.printed import Printed, Signatory
from certificates.samples import fullest, ordinary
from certificates.wording import problem_with_wording, without_fields
from trainingsite.lib.pdf import DoesNotFit

#: Seal, badge and status leave so much of the 100 KB for the drawing.
MAX_DRAWN_BYTES = 84_000


@dataclass(frozen=True)
class Problem:
    """field: of the template, or a list of it; row and part: which of that list, and what there."""

    field: str
    text: str
    row: int | None = None
    part: str = ""

    @property
    def sentence(self) -> str:
        """Return it with its place in words, for where there is no form."""
        if self.row is not None:
            name = CertificateTemplate._meta.get_field(self.field).related_model._meta.verbose_name
            return f"{capfirst(name)} {self.row + 1}: {self.text}"
        if not self.field:
            return self.text
        return f"{capfirst(CertificateTemplate._meta.get_field(self.field).verbose_name)}: {self.text}"


def problems_with(template: CertificateTemplate) -> list[Problem]:
    """Return why `template`, as it stands in memory, may not be published; it is drawn only if all else is well."""
    found = [*problems_with_parts(template), *_colours(template), *_uses(template)]
    return found or list(_page(draft_look(template)))


def problems_with_parts(template: CertificateTemplate) -> list[Problem]:
    """Return what is wrong with its words, people and pictures, each by itself."""
    return [*_words(template), *_people(template), *_pictures(template)]


def sample_of(look: Look) -> Printed:
    """Return an everyday certificate with the signatories of `look`, or the site's."""
    site = site_facts()
    signed = tuple(Signatory(one.name, one.role) for one in look.signatories)
    signed = signed or tuple(Signatory(**one) for one in site["signatories"])
    return ordinary(signed, site["provider_name"])


def problem_with_letters(text: str) -> str:
    """Return which characters of `text` the fonts lack, or an empty text."""
    missing = glyphs.undrawable(glyphs.tidy(text))
    return f"The certificate’s fonts do not have {glyphs.describe(missing)}." if missing else ""


def _words(template: CertificateTemplate) -> Iterator[Problem]:
    for name in WORDS:
        text = getattr(template, name)
        problem = problem_with_wording(text) or problem_with_letters(without_fields(text))
        if not text.strip() and name != "note":
            problem = "Write some words."
        if problem:
            yield Problem(name, problem)


def _colours(template: CertificateTemplate) -> Iterator[Problem]:
    """A palette of the product, in which everything can be read."""
    if template.palette not in PALETTES:
        yield Problem("palette", "There are no such colours any more. Choose others.")
        return
    for problem in contrast_problems(PALETTES[template.palette]):
        yield Problem("palette", problem)


def _people(template: CertificateTemplate) -> Iterator[Problem]:
    people = list(template.signatories.all())
    if len(people) > MAX_SIGNATORIES:
        yield Problem("signatories", "At most two people can sign.", MAX_SIGNATORIES, "name")
    for row, person in enumerate(people):
        for part in ("name", "role"):
            text = getattr(person, part)
            problem = problem_with_letters(text) if text.strip() else f"Enter the {part}."
            if problem:
                yield Problem("signatories", problem, row, part)


def _uses(template: CertificateTemplate) -> Iterator[Problem]:
    """One template a course, a programme and everything else."""
    others = TemplateUse.objects.exclude(version__template=template.pk).select_related("version__template")
    where = "Take it off there first, and publish that one."
    for name in ("course", "programme"):
        chosen = getattr(template, f"{name}s").all()
        for use in others.filter(**{f"{name}__in": chosen}).select_related(name):
            taken = f"“{getattr(use, name)}” already has the template “{use.version.template}”. {where}"
            yield Problem(f"{name}s", taken)
    if template.is_default and (use := others.filter(is_default=True).first()):
        yield Problem("is_default", f"“{use.version.template}” is for everything else already. {where}")


def _pictures(template: CertificateTemplate) -> Iterator[Problem]:
    """Each can be drawn, and each logo is put into words."""
    logos = [logo_slot(template), *partner_slots(template)]
    if len(logos) - 1 > MAX_PARTNER_LOGOS:
        yield Problem("partner_logos", "There is room for four partner logos.", MAX_PARTNER_LOGOS, "image")
    for slot in filter(None, [*logos, *signature_slots(template)]):
        try:
            slot.picture()
        except UnusablePicture as problem:
            yield Problem(slot.field, str(problem), slot.row, slot.part)
    for slot in filter(None, logos):
        if not slot.alt.strip():
            field, part = ("logo_alt", "") if slot.row is None else (slot.field, "alt")
            yield Problem(field, "Say whose logo it is, for people who cannot see it.", slot.row, part)


def _page(look: Look) -> Iterator[Problem]:
    """It holds everything at its longest, with room left in the file for seal and badge."""
    printed = fullest(sample_of(look))
    try:
        size = len(draw(printed, look.design(printed)))
    except DoesNotFit:
        yield Problem("", "It needs more than one page when name, course and outcomes are at their longest.")
    except UndrawableText as problem:
        yield Problem("", str(problem))
    else:
        if size > MAX_DRAWN_BYTES:
            yield Problem(
                "",
                f"The file comes to {size // 1000 + 1} KB where there is room for {MAX_DRAWN_BYTES // 1000} KB. "
                "Use fewer or plainer pictures.",
            )
