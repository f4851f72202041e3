"""Pictures from strangers and for them."""

import base64
import binascii
import hashlib
import warnings
from io import BytesIO

from django.conf import settings
from PIL import Image as Pillow

from quizzes.exchange.question import Picture

#: What Pillow calls a format -> the ending by which we name such a file.
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif"}


def checked(data: bytes, name: str) -> tuple[Picture | None, str]:
    """Return the picture under a name that says nothing but its content, or None and why it is left out."""
    name = name[-80:] or "picture"
    if len(data) > settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE:
        return None, f"picture “{name}”: larger than {settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE // 1024**2} MB"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(BytesIO(data)) as image:
                form, size, frames = image.format, image.size, getattr(image, "n_frames", 1)
                ending = ENDINGS.get(form or "")
                if not ending:
                    return (
                        None,
                        f"picture “{name}”: {form} pictures are not kept, only JPEG, PNG, WebP and AVIF",
                    )
                if size[0] * size[1] * frames > settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS:
                    return None, f"picture “{name}”: too many pixels"
                image.verify()
    except Exception:  # Pillow raises whatever a broken file makes its decoders raise
        return None, f"picture “{name}”: damaged, or no picture"
    return Picture(data, file_name(data, ending)), ""


def file_name(data: bytes, ending: str) -> str:
    """Return a name that is the same wherever the picture is kept, and that no other picture has."""
    return f"{hashlib.sha1(data, usedforsecurity=False).hexdigest()[:20]}.{ending}"


def from_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
