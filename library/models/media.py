"""Video and audio with what makes them usable by everybody: captions and a transcript."""

import webvtt
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from wagtail.fields import RichTextField
from wagtailmedia.models import AbstractMedia


def validate_captions(file) -> None:
    """Refuse a file that is not WebVTT, with a message an editor can act on."""
    try:
        text = file.read().decode("utf-8-sig")
        webvtt.from_string(text)
    except (
        UnicodeDecodeError,
        webvtt.errors.MalformedFileError,
        webvtt.errors.MalformedCaptionError,
    ) as error:
        raise ValidationError(
            "This is not a WebVTT caption file. It must begin with the line WEBVTT."
        ) from error
    finally:
        file.seek(0)


class CaptionedMedia(AbstractMedia):
    """A video or sound file. It cannot be published in a module without captions and transcript."""

    captions = models.FileField(
        upload_to="captions",
        blank=True,
        validators=[FileExtensionValidator(["vtt"]), validate_captions],
        help_text="WebVTT file (.vtt) with everything said and every sound that matters.",
    )
    transcript = RichTextField(
        blank=True,
        features=["bold", "italic", "ol", "ul"],
        help_text="The words and what can be seen, as text.",
    )
    has_speech = models.BooleanField(
        "has speech", default=True, help_text="Untick for a silent picture sequence."
    )
    admin_form_fields = (
        "title",
        "file",
        "captions",
        "transcript",
        "has_speech",
        "collection",
        "duration",
        "width",
        "height",
        "thumbnail",
        "tags",
    )

    class Meta(AbstractMedia.Meta):
        verbose_name = "video or sound"
        verbose_name_plural = "videos and sounds"

    def missing_for_publication(self) -> list[str]:
        """Return what an editor must still add: captions (where there is speech), transcript."""
        missing = []
        if self.has_speech and not self.captions:
            missing.append("captions")
        if not self.transcript.strip():
            missing.append("transcript")
        return missing
