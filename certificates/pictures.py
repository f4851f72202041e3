"""Pictures on certificates: made small and plain for PDF/A, and kept under their hash so that they never change."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

JPEG = "image/jpeg"
QUALITIES = (90, 82, 74, 66)  # the first that is small enough
PIXELS_PER_MM = 220 / 25.4
FOLDER = "certificate-pictures"


class UnusablePicture(Exception):
    """str() says why, in words for the editor."""


@dataclass(frozen=True)
class Place:
    """Where a picture stands: at most so many millimetres wide and high, and so many bytes."""

    width: int
    height: int
    max_bytes: int

    @property
    def pixels(self) -> tuple[int, int]:
        return round(self.width * PIXELS_PER_MM), round(self.height * PIXELS_PER_MM)


#: Together with the fonts they leave room for seal and badge in a file of 100 KB.
LOGO = Place(56, 24, 14_000)
PARTNER_LOGO = Place(32, 14, 6_000)
SIGNATURE = Place(40, 12, 5_000)


def normalised(content: bytes, place: Place) -> bytes:
    """Return `content` as an RGB JPEG of the size of `place`, without profile or notes; what was transparent is white.

    Raises UnusablePicture.
    """
    try:
        with Image.open(BytesIO(content)) as image:
            _check(image)
            plain = _on_paper(_in_srgb(ImageOps.exif_transpose(image)))
    except UnusablePicture:
        raise
    except (
        UnidentifiedImageError,
        OSError,
        ValueError,
        SyntaxError,
        Image.DecompressionBombError,
    ) as problem:
        raise UnusablePicture("This cannot be read as a picture. Save it again as PNG or JPEG.") from problem
    plain.thumbnail(place.pixels, Image.Resampling.LANCZOS)
    for quality in QUALITIES:
        encoded = BytesIO()
        plain.save(encoded, "JPEG", quality=quality, subsampling=0, optimize=True)
        if encoded.tell() <= place.max_bytes:
            return encoded.getvalue()
    raise UnusablePicture(
        f"It has too much detail: {encoded.tell() // 1000 + 1} KB where a certificate has room for "
        f"{place.max_bytes // 1000} KB. Use a plainer drawing, with fewer colours and no photograph."
    )


def _check(image: Image.Image) -> None:
    if getattr(image, "n_frames", 1) > 1:
        raise UnusablePicture("It moves. Save one picture of it as PNG.")
    if image.mode in {"CMYK", "YCCK", "LAB"}:
        raise UnusablePicture(
            "It is in colours for a printing press (CMYK), which screens show each in their own way. "
            "Save it in RGB."
        )


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return it with the colours that its profile means, in those of screens."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA"}:
        return image
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"))
    except ImageCms.PyCMSError:
        return image


def _on_paper(image: Image.Image) -> Image.Image:
    seen = image.convert("RGBA")
    page = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(page, seen).convert("RGB")


def keep(content: bytes) -> str:
    """Store `content` unless it is there already. Returns its SHA-256, by which `read` finds it."""
    sha256 = hashlib.sha256(content).hexdigest()
    storage, name = storages["private"], _name(sha256)
    if not storage.exists(name):
        stored = storage.save(name, ContentFile(content))
        if stored != name:  # another process was as fast, with the same bytes
            storage.delete(stored)
    return sha256


@lru_cache(maxsize=64)
def read(sha256: str) -> bytes:
    """Return what `keep` stored; read once a process. Raises ValueError if the file is not what it was."""
    with storages["private"].open(_name(sha256)) as file:
        content = file.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValueError(f"The stored picture {sha256} was changed")
    return content


def _name(sha256: str) -> str:
    return f"{FOLDER}/{sha256}.jpg"
