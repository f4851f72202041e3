"""What must be true before a page is published. A draft may be saved without it.

Each rule is written once and asked twice: by the block, so that the editor reads the message beside it,
and by the page, whichever way it goes live (moderation, schedule, bulk action, a script).
"""

import logging

from django.core.exceptions import ValidationError
from wagtail.fields import StreamField

logger = logging.getLogger(__name__)


class PublicationRefused(ValidationError):
    """Raised, before anything is written, when `page`, or a snippet, may not go live. Its messages say what to add."""

    def __init__(self, page, found: list[str]):
        super().__init__(found)
        self.page = page


def video_problem(video) -> str:
    """Return what is missing from `video` (a CaptionedMedia or None), or an empty text."""
    missing = video.missing_for_publication() if video else []
    if not missing:
        return ""
    return (
        f"Add {' and '.join(missing)} to “{video.title}” in the media library. Until then, save as a draft."
    )


def case_study_problem(content_note: str) -> str:
    """Return the complaint about a case study whose content note is empty, or an empty text."""
    if (content_note or "").strip():
        return ""
    return "Enter a content note: what hard material the case holds. Until then, save as a draft."


def problems(page) -> list[str]:
    """Return why `page` may not be published, one sentence each; empty when all is well."""
    found = []
    for field in page._meta.get_fields():
        if not isinstance(field, StreamField):
            continue
        for child in getattr(page, field.name) or []:
            problem = ""
            if child.block_type == "video":
                problem = video_problem(child.value["video"])
            elif child.block_type == "case_study":
                problem = case_study_problem(child.value["content_note"])
            if problem:
                found.append(
                    f"{str(field.verbose_name).capitalize()}, {child.block.label.lower()}: {problem}"
                )
    return found


class RefusesPublication:
    """Mixin for what goes live only without `publication_problems`, whichever way it is published."""

    def publication_problems(self) -> list[str]:
        """Return why it may not be published, one sentence each; empty when all is well."""
        return problems(self)

    def publish(self, revision, *args, log_action=True, **kwargs):
        """Publish `revision`, or raise PublicationRefused.

        Nobody reads an error at the hour a schedule comes due: then the schedule is cancelled, which its
        history shows, the reason is logged, and what is scheduled after it still goes live.
        """
        found = revision.as_object().publication_problems()
        if not found:
            return super().publish(revision, *args, log_action=log_action, **kwargs)
        if log_action != "wagtail.publish.scheduled":
            raise PublicationRefused(self, found)
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
        kind = self._meta.verbose_name
        logger.warning("Scheduled publication of %s %s refused: %s", kind, self.pk, " ".join(found))
        return None


class CheckedPublication(RefusesPublication):
    """The same for pages, which may also go live by being saved."""

    def save(self, *args, clean=True, **kwargs):
        """A page that is live, or goes live with this save, is checked as well."""
        if clean and self.live and (found := self.publication_problems()):
            raise PublicationRefused(self, found)
        return super().save(*args, clean=clean, **kwargs)
