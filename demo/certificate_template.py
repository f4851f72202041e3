"""How certificates of the pilot look: two people sign, its funder's mark stands beside ours. All drawn here."""

from io import BytesIO
from math import pi, sin

from django.core.files.images import ImageFile
from PIL import Image, ImageDraw, ImageFont
from wagtail.images import get_image_model

from accounts.models import User
from certificates.models import CertificateTemplate, PartnerLogo, TemplateSignatory
from cohorts.models import Programme

INK, BLUE, AMBER = "#1c2526", "#123f5c", "#b4570a"
#: Who signs, their role, and how their pen runs: (times up and down, height in pixels).
SIGNATORIES = (
    ("Rowan Adeyemi-Clark", "Programme manager", (7, 52)),
    ("Aditi Ramsbottom", "Safeguarding lead", (10, 38)),
)


def load_certificate_template(programme: Programme, moderator: User) -> None:
    """Publish the template of the pilot, signed off by `moderator`."""
    funder = programme.funder_name
    template = CertificateTemplate(
        name=programme.name,
        live=False,
        palette="harbour",
        note=f"The {programme.name} is paid for by the {funder}.",
    )
    template.programmes = [programme]
    logo = _kept(f"Logo of the {funder}", _logo(funder))
    template.partner_logos = [PartnerLogo(image=logo, alt=f"Logo of the {funder}")]
    template.signatories = [
        TemplateSignatory(
            name=name, role=role, signature=_kept(f"Signature of {name}", _signature(*pen)), sort_order=order
        )
        for order, (name, role, pen) in enumerate(SIGNATORIES)
    ]
    template.save()
    template.save_revision(user=moderator).publish(user=moderator)


def _kept(title: str, image: Image.Image):
    encoded = BytesIO()
    image.save(encoded, "PNG")
    encoded.seek(0)
    name = f"{title.lower().replace(' ', '-')}.png"
    return get_image_model().objects.create(
        title=title, description=title, file=ImageFile(encoded, name=name)
    )


def _logo(words: str) -> Image.Image:
    """Three rising towers over a line, and the name in two lines."""
    image = Image.new("RGB", (900, 320), "white")
    pen = ImageDraw.Draw(image)
    for left, top, colour in ((30, 150, BLUE), (100, 90, AMBER), (170, 30, BLUE)):
        pen.rectangle((left, top, left + 52, 250), fill=colour)
    pen.rectangle((30, 266, 222, 280), fill=INK)
    first, second = words.split(" ")[:2], words.split(" ")[2:]
    font = ImageFont.load_default(86)
    pen.multiline_text((262, 62), " ".join(first) + "\n" + " ".join(second), fill=INK, font=font, spacing=14)
    return image


def _signature(waves: int, height: int) -> Image.Image:
    """A line that runs up and down as a pen does, faster and lower towards its end."""
    image = Image.new("RGB", (800, 240), "white")
    points = [
        (
            30 + 7 * step + 26 * sin(2 * pi * waves * step / 100 + 1.2),
            130 + (1.25 - step / 100) * height * sin(2 * pi * waves * step / 100) - step * 0.3,
        )
        for step in (tenth / 10 for tenth in range(1000))
    ]
    ImageDraw.Draw(image).line(points, fill=INK, width=6, joint="curve")
    return image
