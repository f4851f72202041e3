"""From a template to the look of one certificate: what is frozen, which one applies, and how it is filled in."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Q, When
from wagtail.models import Revision, TaskState

from accounts.models import User
from certificates import pictures
from certificates.models import CertificateTemplate, TemplateUse, TemplateVersion
from certificates.pictures import JPEG, LOGO, PARTNER_LOGO, SIGNATURE, Place, UnusablePicture
from certificates.printed import Design, Picture, Printed
from certificates.wording import filled
from cohorts.models import Cohort
from courses.models import CoursePage, Enrolment
from courses.publication import PublicationRefused

WORDS = ("heading", "lead", "completed", "note")


@dataclass(frozen=True)
class Signed:
    """A signatory with the picture of the signature, if there is one."""

    name: str
    role: str
    signature: Picture | None = None


@dataclass(frozen=True)
class Look:
    """A template as plain data, its pictures included; named fields in its words are still open."""

    palette: str
    heading: str
    lead: str
    completed: str
    note: str
    logo: Picture | None = None
    partner_logos: tuple[Picture, ...] = ()
    signatories: tuple[Signed, ...] = ()

    def design(self, printed: Printed) -> Design:
        """Return how `printed` looks. Raises KeyError for a named field that does not exist."""
        return Design(
            palette=self.palette,
            logo=self.logo,
            partner_logos=self.partner_logos,
            signatures=tuple(signed.signature for signed in self.signatories),
            **{name: filled(getattr(self, name), printed) for name in WORDS},
        )


def design_for(version: TemplateVersion | None, printed: Printed) -> Design:
    """Return how a certificate of `version` looks; None is the product's own look.

    No query. Pictures are read from the store once a process. The same input gives the same design for ever.
    """
    return look_of(version).design(printed) if version else Design()


def look_of(version: TemplateVersion) -> Look:
    """Return what was frozen. Raises ValueError if a stored picture is not what it was."""
    data = version.data
    return Look(
        **{name: data[name] for name in ("palette", *WORDS)},
        logo=_stored(data["logo"]),
        partner_logos=tuple(_stored(one) for one in data["partner_logos"]),
        signatories=tuple(
            Signed(one["name"], one["role"], _stored(one["signature"])) for one in data["signatories"]
        ),
    )


@dataclass(frozen=True)
class Slot:
    """A picture of a template. field, row and part: where its editor finds it."""

    field: str
    image: Any
    place: Place
    alt: str = ""
    row: int | None = None
    part: str = ""

    def picture(self) -> Picture:
        """Return it as it is drawn. Raises UnusablePicture. Made once an hour, however often it is shown."""
        try:
            with self.image.file.open("rb") as file:
                content = file.read()
        except OSError as problem:
            raise UnusablePicture("Its file is not there. Upload it again.") from problem
        how = f"{hashlib.sha256(content).hexdigest()}:{self.place.pixels}:{self.place.max_bytes}"
        made = cache.get_or_set(
            "certificate-picture:" + how.replace(" ", ""),
            lambda: pictures.normalised(content, self.place),
            timeout=3600,
        )
        return Picture(made, JPEG, self.alt)


def logo_slot(template: CertificateTemplate) -> Slot | None:
    return Slot("logo", template.logo, LOGO, template.logo_alt) if template.logo else None


def partner_slots(template: CertificateTemplate) -> list[Slot]:
    return [
        Slot("partner_logos", one.image, PARTNER_LOGO, one.alt, row, "image")
        for row, one in enumerate(template.partner_logos.all())
        if one.image_id
    ]


def signature_slots(template: CertificateTemplate) -> list[Slot | None]:
    """Return one for each signatory, in order; None for those without a picture."""
    return [
        Slot("signatories", one.signature, SIGNATURE, "", row, "signature") if one.signature else None
        for row, one in enumerate(template.signatories.all())
    ]


def draft_look(template: CertificateTemplate) -> Look:
    """Return the look of a template as it is being written. Raises UnusablePicture."""
    logo = logo_slot(template)
    signatories = zip(template.signatories.all(), signature_slots(template), strict=True)
    return Look(
        **{name: getattr(template, name) for name in ("palette", *WORDS)},
        logo=logo.picture() if logo else None,
        partner_logos=tuple(slot.picture() for slot in partner_slots(template)),
        signatories=tuple(
            Signed(one.name, one.role, slot.picture() if slot else None) for one, slot in signatories
        ),
    )


def frozen(look: Look) -> dict[str, Any]:
    """Return `look` as plain values; its pictures are stored, and named by their hash."""
    return {
        **{name: getattr(look, name) for name in ("palette", *WORDS)},
        "logo": _kept(look.logo),
        "partner_logos": [_kept(one) for one in look.partner_logos],
        "signatories": [
            {"name": one.name, "role": one.role, "signature": _kept(one.signature)}
            for one in look.signatories
        ],
    }


def _kept(picture: Picture | None) -> dict[str, str] | None:
    return {"sha256": pictures.keep(picture.content), "alt": picture.alt} if picture else None


def _stored(kept: dict[str, str] | None) -> Picture | None:
    return Picture(pictures.read(kept["sha256"]), JPEG, kept["alt"]) if kept else None


@transaction.atomic
def put_to_use(template_id: int, revision: Revision, user: User | None) -> None:
    """Freeze what `revision` published, and let its courses and programmes use it from now on.

    Nothing happens while the revision waits for its hour. Raises PublicationRefused if one of them has another
    template.
    """
    template = CertificateTemplate.objects.select_for_update().get(pk=template_id)
    if not template.live or template.live_revision_id != revision.pk:
        return
    version = _version(template, user or signed_off_by(revision))
    uses = [TemplateUse(version=version, course=course) for course in template.courses.all()]
    uses += [TemplateUse(version=version, programme=programme) for programme in template.programmes.all()]
    uses += [TemplateUse(version=version, is_default=True)] if template.is_default else []
    put_out_of_use(template)
    try:
        with transaction.atomic():
            TemplateUse.objects.bulk_create(uses)
    except IntegrityError as problem:
        raise PublicationRefused(
            template, ["Another template was published for one of its courses or programmes just now."]
        ) from problem


def put_out_of_use(template: CertificateTemplate) -> None:
    """Let no further certificate be drawn by `template`; what was issued keeps its look."""
    TemplateUse.objects.filter(version__template=template).delete()


def _version(template: CertificateTemplate, user: User | None) -> TemplateVersion:
    """Return the latest version, or a new one if the look changed."""
    data = frozen(draft_look(template))
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    latest = template.versions.first()
    if latest and latest.sha256 == sha256:
        return latest
    number = latest.number + 1 if latest else 1
    return template.versions.create(number=number, data=data, sha256=sha256, published_by=user)


def signed_off_by(revision: Revision) -> User | None:
    """Return who approved `revision`, else who wrote it."""
    states = TaskState.objects.filter(revision=revision, status=TaskState.STATUS_APPROVED)
    approved = states.exclude(finished_by=None).order_by("-finished_at").first()
    return approved.finished_by if approved else revision.user


def template_for(enrolment: Enrolment) -> TemplateVersion | None:
    """Return the version that a certificate of `enrolment` is drawn by now: one query.

    That of the programme of the learner's group on this course, else of the course, else of everything else,
    else None, the product's own look.
    """
    groups = Cohort.objects.filter(members__enrolment=enrolment, members__left_at=None)
    return _version_in_use(enrolment.course_id, Q(programme__in=groups.values("programme")))


def template_of(course: CoursePage) -> TemplateVersion | None:
    """Return the version for somebody who takes `course` in no programme's group: one query."""
    return _version_in_use(course.pk, Q(pk__in=()))


def _version_in_use(course_id: int, in_programme: Q) -> TemplateVersion | None:
    of_course = Q(course=course_id)
    rank = Case(When(in_programme, then=1), When(of_course, then=2), default=3, output_field=IntegerField())
    uses = TemplateUse.objects.filter(in_programme | of_course | Q(is_default=True))
    use = uses.select_related("version").order_by(rank, "pk").first()
    return use.version if use else None
