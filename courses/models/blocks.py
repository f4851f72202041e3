"""The blocks an editor may put in a module, in menu order. Each has a template of its own."""

from django.core.exceptions import ValidationError
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageBlock
from wagtail.snippets.blocks import SnippetChooserBlock
from wagtailmedia.blocks import VideoChooserBlock
from wagtailmedia.models import get_media_model

from courses import publication
from courses.vocabulary import sectors
from library.models import Fact, Indicator

INLINE = ["bold", "italic", "link"]
PROSE = [*INLINE, "h3", "ol", "ul", "document-link"]


def sector_choices():
    """Codes and names for the sector tick boxes, read when the form is drawn."""
    return [(sector.code, sector.name) for sector in sectors()]


def size_of(video) -> int | None:
    """Return the file's size in bytes; None when the storage cannot tell."""
    try:
        return video.file.size if video else None
    except OSError:
        return None


def length_of(video) -> str:
    """Return how long it lasts as '2 min 5 s'; empty when nobody said."""
    minutes, seconds = divmod(int(video.duration or 0) if video else 0, 60)
    return " ".join(
        part for part in (f"{minutes} min" if minutes else "", f"{seconds} s" if seconds else "") if part
    )


class ForEachReader:
    """Mixin for blocks whose HTML depends on the reader: in the picker, an editor sees what a trainer sees."""

    def get_preview_context(self, value, parent_context=None):
        from courses.body import preview_context  # noqa: PLC0415 -- it imports models

        return super().get_preview_context(value, parent_context) | preview_context(self.name, value)


class FigureBlock(blocks.StructBlock):
    """A picture with its alternative text and an optional caption."""

    image = ImageBlock()
    caption = blocks.CharBlock(required=False, max_length=200)

    def get_preview_value(self):
        image = get_image_model().objects.order_by("-created_at").first()
        return self.normalize({"image": image, "caption": "What the picture shows, in a sentence."})

    class Meta:
        icon = "image"
        label = "Image"
        template = "blocks/image.html"
        description = "A picture with alternative text, or marked as decorative."
        group = "Media"


class VideoBlock(blocks.StructBlock):
    """A video. Publishing is refused until its captions and transcript are there."""

    video = VideoChooserBlock()
    introduction = blocks.CharBlock(required=False, max_length=200)

    def clean(self, value):
        """Complain beside the video, but only when publishing: a draft may wait for its captions."""
        cleaned = super().clean(value)
        problem = "" if self.is_deferred_validation else publication.video_problem(cleaned["video"])
        if problem:
            raise blocks.StructBlockValidationError(block_errors={"video": ValidationError(problem)})
        return cleaned

    def get_context(self, value, parent_context=None):
        video = value["video"]
        return super().get_context(value, parent_context) | {
            "size": size_of(video),
            "length": length_of(video),
        }

    def get_preview_value(self):
        video = get_media_model().objects.filter(type="video").order_by("-created_at").first()
        return self.normalize({"video": video, "introduction": "Two minutes: a first conversation."})

    class Meta:
        icon = "media"
        template = "blocks/video.html"
        description = "A video with captions and a transcript under it. Nothing plays by itself."
        group = "Media"


class CalloutBlock(blocks.StructBlock):
    """The one thing to remember."""

    title = blocks.CharBlock(max_length=100)
    body = blocks.RichTextBlock(features=[*INLINE, "ul", "ol"])

    class Meta:
        icon = "warning"
        template = "blocks/callout.html"
        description = "A box for what must not be missed. Use it once in a module, or it stops working."
        group = "Text"
        preview_value = {
            "title": "Remember",
            "body": "<p>One sign proves nothing. Several are a reason to ask.</p>",
        }


class FactBlock(blocks.StructBlock):
    """A figure or statement from the facts library, by reference."""

    fact = SnippetChooserBlock("library.Fact")
    reading = blocks.RichTextBlock(
        features=INLINE, required=False, help_text="How to read it: one or two sentences."
    )

    def get_preview_value(self):
        fact = Fact.objects.filter(is_usable=True).first()
        return self.normalize(
            {"fact": fact, "reading": "<p>It counts the people who were found, not all there are.</p>"}
        )

    class Meta:
        icon = "decimal"
        label = "Fact or figure"
        template = "blocks/fact.html"
        description = (
            "Value, year, source and caveat come from the facts library and stay correct everywhere."
        )
        group = "From the library"


class IndicatorListBlock(blocks.StructBlock):
    """Signs from the indicator library, by reference."""

    introduction = blocks.RichTextBlock(features=INLINE, required=False)
    indicators = blocks.ListBlock(SnippetChooserBlock("library.Indicator"), min_num=1)

    def get_preview_value(self):
        signs = list(Indicator.objects.all()[:3])
        return self.normalize(
            {"introduction": "<p>Signs that someone else is deciding.</p>", "indicators": signs}
        )

    class Meta:
        icon = "list-ul"
        label = "Indicators"
        template = "blocks/indicators.html"
        description = "Signs from the indicator library, each linked to its own page."
        group = "From the library"


class CaseStudyBlock(blocks.StructBlock):
    """A fictional case. Publishing is refused without a content note."""

    title = blocks.CharBlock(max_length=120)
    content_note = blocks.CharBlock(
        required=False,
        max_length=255,
        help_text="What hard material it holds, so that a reader can pass it by.",
    )
    body = blocks.RichTextBlock(features=PROSE)

    def clean(self, value):
        """Complain beside the note, but only when publishing."""
        cleaned = super().clean(value)
        problem = (
            "" if self.is_deferred_validation else publication.case_study_problem(cleaned["content_note"])
        )
        if problem:
            raise blocks.StructBlockValidationError(block_errors={"content_note": ValidationError(problem)})
        return cleaned

    class Meta:
        icon = "openquote"
        label = "Case study"
        template = "blocks/case_study.html"
        description = "A fictional case behind a content note, with an equal way round it."
        group = "Learning"
        preview_value = {
            "title": "The driver who never spoke",
            "content_note": "Mentions control and threats. No violence is described.",
            "body": "<p>A van stops at the same corner each morning…</p>",
        }


class ActivityBlock(ForEachReader, blocks.StructBlock):
    """Something to do, alone or in a group."""

    title = blocks.CharBlock(max_length=120)
    minutes = blocks.IntegerBlock(min_value=1, max_value=120)
    body = blocks.RichTextBlock(features=PROSE, help_text="What the group does, step by step.")
    on_your_own = blocks.RichTextBlock(
        features=PROSE, required=False, help_text="How one person does it alone."
    )
    facilitator_notes = blocks.RichTextBlock(
        features=PROSE, required=False, help_text="Only trainers see this part."
    )

    class Meta:
        icon = "group"
        template = "blocks/activity.html"
        description = "Group work with a version for one person, and notes that only trainers see."
        group = "Learning"
        preview_value = {
            "title": "Three cards",
            "minutes": 8,
            "body": "<p>In groups from different organisations, sort the cards.</p>",
            "on_your_own": "<p>Sort them on paper.</p>",
            "facilitator_notes": "<p>Listen for…</p>",
        }


class SectorPartBlock(blocks.StructBlock):
    """One reading for one or more sectors."""

    sectors = blocks.MultipleChoiceBlock(choices=sector_choices)
    body = blocks.RichTextBlock(features=PROSE)


class SectorsBlock(ForEachReader, blocks.StructBlock):
    """What this means in your job: the reader's own sector first, the others a touch away."""

    title = blocks.CharBlock(max_length=120, default="What this means in your job")
    parts = blocks.ListBlock(SectorPartBlock(), min_num=1)

    def get_preview_value(self):
        codes = [code for code, _ in sector_choices()[:2]]
        words = ["<p>Make seeing every adult alone a routine.</p>", "<p>Notice who holds the papers.</p>"]
        parts = [{"sectors": [code], "body": body} for code, body in zip(codes, words, strict=False)]
        return self.normalize({"title": "What this means in your job", "parts": parts})

    class Meta:
        icon = "user"
        label = "Sector parts"
        template = "blocks/sectors.html"
        description = "Text for each sector. A reader sees their own first and can open what others read."
        group = "Learning"


class AccordionItemBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=160)
    body = blocks.RichTextBlock(features=PROSE)


class AccordionBlock(blocks.StructBlock):
    """Questions and answers that open on demand."""

    items = blocks.ListBlock(AccordionItemBlock(), min_num=1)

    class Meta:
        icon = "collapse-down"
        template = "blocks/accordion.html"
        description = "Questions whose answers open on demand. Never hide what everybody must read."
        group = "Text"
        preview_value = {"items": [{"title": "Must I be sure?", "body": "<p>No. A concern is enough.</p>"}]}


class TableBlock(blocks.StructBlock):
    """A table with a caption."""

    caption = blocks.CharBlock(max_length=200)
    table = TypedTableBlock([("text", blocks.CharBlock(required=False)), ("prose", blocks.RichTextBlock())])

    def get_preview_value(self):
        columns = [{"type": "text", "heading": "Trafficking"}, {"type": "text", "heading": "Smuggling"}]
        rows = [{"values": ["Exploitation is the aim", "Crossing a border is the aim"]}]
        table = self.child_blocks["table"].to_python({"columns": columns, "rows": rows})
        return self.normalize({"caption": "How the two differ", "table": table})

    class Meta:
        icon = "table"
        template = "blocks/table.html"
        description = "A table with a caption. The first column names the rows."
        group = "Text"


class CheckOptionBlock(blocks.StructBlock):
    text = blocks.CharBlock(max_length=255)
    is_right = blocks.BooleanBlock(required=False, label="Right answer")
    feedback = blocks.CharBlock(max_length=400)


class CheckQuestionBlock(blocks.StructBlock):
    stem = blocks.CharBlock(max_length=400)
    options = blocks.ListBlock(CheckOptionBlock(), min_num=2, max_num=4)

    def clean(self, value):
        cleaned = super().clean(value)
        if not self.is_deferred_validation and sum(option["is_right"] for option in cleaned["options"]) != 1:
            raise ValidationError("Tick exactly one right answer.")
        return cleaned


class CheckBlock(ForEachReader, blocks.StructBlock):
    """Three questions to look back on the module. Nothing is stored and nothing counts."""

    questions = blocks.ListBlock(CheckQuestionBlock(), min_num=3, max_num=3)

    class Meta:
        icon = "help"
        label = "Three-question check"
        template = "blocks/check.html"
        description = "Three questions with feedback. They are for the reader alone: nothing is kept."
        group = "Learning"
        preview_value = {
            "questions": [
                {
                    "stem": "What does one sign prove?",
                    "options": [
                        {
                            "text": "That a crime took place",
                            "is_right": False,
                            "feedback": "Many signs have other causes.",
                        },
                        {
                            "text": "Nothing by itself",
                            "is_right": True,
                            "feedback": "Several together are a reason to ask.",
                        },
                    ],
                }
            ]
        }


class ModuleBodyBlock(blocks.StreamBlock):
    """Everything an editor may put in a module."""

    heading = blocks.CharBlock(
        icon="title",
        template="blocks/heading.html",
        max_length=120,
        group="Text",
        description="A heading; readers of screen readers jump from one to the next.",
        preview_value="Why people do not ask for help",
    )
    text = blocks.RichTextBlock(
        icon="pilcrow",
        features=PROSE,
        template="blocks/text.html",
        group="Text",
        description="Paragraphs and lists. Short sentences, one idea a paragraph.",
        preview_value="<p>Look at the <b>situation</b>, never at the person's passport.</p>",
    )
    callout = CalloutBlock()
    accordion = AccordionBlock()
    table = TableBlock()
    image = FigureBlock()
    video = VideoBlock()
    fact = FactBlock()
    indicators = IndicatorListBlock()
    case_study = CaseStudyBlock()
    activity = ActivityBlock()
    sectors = SectorsBlock()
    check = CheckBlock()
