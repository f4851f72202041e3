"""Certificate templates and pictures for them."""

from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from wagtail.images.models import Image as CmsImage

from certificates.models import CertificateTemplate, PartnerLogo, TemplateSignatory


def picture(*, mode: str = "RGB", size=(400, 160), kind: str = "PNG", colour=None, **save) -> bytes:
    """The bytes of a picture: a bar on an empty ground."""
    image = Image.new(mode, size)
    if mode in {"RGB", "L"}:
        image.paste("white", (0, 0, *size))
    ImageDraw.Draw(image).rectangle(
        (20, 20, size[0] - 20, 60), fill=colour or "#17493f" if mode != "CMYK" else None
    )
    encoded = BytesIO()
    image.save(encoded, kind, **save)
    return encoded.getvalue()


def cms_image(content: bytes | None = None, name: str = "logo.png", title: str = "A logo") -> CmsImage:
    return CmsImage.objects.create(title=title, file=ContentFile(content or picture(), name))


def make_template(
    name: str = "House style",
    *,
    courses=(),
    programmes=(),
    signatories=(),
    partners=(),
    publish=True,
    **fields,
) -> CertificateTemplate:
    """A template. signatories: (name, role, signature or None); partners: (image, alt)."""
    template = CertificateTemplate(name=name, live=False, **fields)
    template.courses = list(courses)
    template.programmes = list(programmes)
    template.signatories = [
        TemplateSignatory(name=who, role=role, signature=signature) for who, role, signature in signatories
    ]
    template.partner_logos = [PartnerLogo(image=image, alt=alt) for image, alt in partners]
    template.save()
    if publish:
        republish(template)
    return template


def republish(template: CertificateTemplate, user=None, **fields) -> None:
    """Change `fields` and publish."""
    for name, value in fields.items():
        setattr(template, name, value)
    template.save_revision(user=user).publish(user=user)
    template.refresh_from_db()
