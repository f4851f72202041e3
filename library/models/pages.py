"""The site's own pages: home and standard pages."""

from django.db import models
from wagtail.blocks import CharBlock, ListBlock, RichTextBlock, StructBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

RICH_TEXT = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link"]


class HomePage(Page):
    """The front page."""

    lead = models.TextField(max_length=400, help_text="One or two sentences under the title.")
    points = StreamField(
        [
            (
                "point",
                StructBlock([("title", CharBlock()), ("text", RichTextBlock(features=["bold", "link"]))]),
            )
        ],
        blank=True,
    )
    steps = StreamField([("steps", ListBlock(CharBlock()))], blank=True, max_num=1)
    affected = RichTextField("if you are affected yourself", blank=True, features=RICH_TEXT)
    organisations = RichTextField("for organisations", blank=True, features=RICH_TEXT)

    content_panels = [*Page.content_panels, "lead", "points", "steps", "affected", "organisations"]
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    template = "library/home_page.html"


class StandardPage(Page):
    """A plain page of text: about, privacy, accessibility."""

    body = RichTextField(features=RICH_TEXT)

    content_panels = [*Page.content_panels, "body"]
    parent_page_types = ["library.HomePage", "library.StandardPage"]
    template = "library/standard_page.html"
