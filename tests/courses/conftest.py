"""Blocks and files that several tests put into modules."""

import pytest
from django.core.files.base import ContentFile
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from library.models import CaptionedMedia

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"


@pytest.fixture
def make_video():
    """`make_video(captions=False, transcript="")` is a video that may not be published yet."""

    def make(*, captions=True, transcript="<p>Hello.</p>", **kwargs):
        video = CaptionedMedia(
            title="A first talk", type="video", duration=125, transcript=transcript, **kwargs
        )
        video.file.save("talk.mp4", ContentFile(b"0" * 2048), save=False)
        if captions:
            video.captions.save("talk.vtt", ContentFile(CAPTIONS), save=False)
        video.save()
        return video

    return make


@pytest.fixture
def make_image():
    def make(title="Steps"):
        return get_image_model().objects.create(title=title, file=get_test_image_file(f"{title}.png"))

    return make


def case(content_note="Mentions threats."):
    value = {
        "title": "Alder Row",
        "content_note": content_note,
        "body": "<p>Everything here is fictional.</p>",
    }
    return {"type": "case_study", "value": value}


def video_block(video):
    return {"type": "video", "value": {"video": video.pk, "introduction": ""}}


def fact_block(fact):
    return {"type": "fact", "value": {"fact": fact.pk, "reading": "<p>Read it with care.</p>"}}


def sign_block(*signs):
    return {"type": "indicators", "value": {"introduction": "", "indicators": [sign.pk for sign in signs]}}


def image_block(image):
    value = {"image": image.pk, "alt_text": "Four steps", "decorative": False}
    return {"type": "image", "value": {"image": value, "caption": "How it goes"}}


def activity():
    value = {
        "title": "Three cards",
        "minutes": 8,
        "body": "<p>Sort the cards.</p>",
        "on_your_own": "<p>Sort them on paper.</p>",
        "facilitator_notes": "<p>Listen for haste.</p>",
    }
    return {"type": "activity", "value": value}


def sector_parts(**parts):
    rows = [{"sectors": codes.split("_"), "body": f"<p>{body}</p>"} for codes, body in parts.items()]
    return {"type": "sectors", "value": {"title": "In your job", "parts": rows}}


def check():
    options = [
        {"text": "A crime", "is_right": False, "feedback": "Many signs have other causes."},
        {"text": "Nothing by itself", "is_right": True, "feedback": "Several together are a reason to ask."},
    ]
    questions = [{"stem": f"Question {n}?", "options": options} for n in (1, 2, 3)]
    return {"type": "check", "value": {"questions": questions}}
