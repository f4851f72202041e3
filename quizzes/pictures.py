"""Pictures, videos and sounds of a question: three queries at most, however many answers it has."""

from wagtail.images import get_image_model

from library.models import CaptionedMedia
from quizzes.content import ItemContent

#: Widths in which pictures are shown; the templates name the same ones.
WIDTHS = ("width-480", "width-960")


def pictures_of(content: ItemContent) -> dict:
    """Return id -> image, with its renditions, for the question and its answers."""
    ids = {content.image, *(choice.image for choice in content.choices)} - {None}
    return get_image_model().objects.prefetch_renditions(*WIDTHS).in_bulk(ids) if ids else {}


def media_of(content: ItemContent) -> CaptionedMedia | None:
    return CaptionedMedia.objects.filter(pk=content.media).first() if content.media else None
