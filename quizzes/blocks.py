"""The decisions and endings of a branching scenario, as editors fill them in."""

from wagtail import blocks

from quizzes.content import Quality

PLACE_HELP = "A short name such as n1 or end-good. Answers lead to it by this name."


class DecisionChoiceBlock(blocks.StructBlock):
    label = blocks.CharBlock(max_length=400, label="What one may do")
    quality = blocks.ChoiceBlock(choices=Quality.choices, default=Quality.POOR.value)
    why = blocks.TextBlock(
        label="Why", help_text="Shown to those who chose it and, if it is good, to everybody."
    )
    next = blocks.RegexBlock(
        r"^[a-z0-9_-]{1,20}$", label="Leads to", help_text="The name of a decision or ending."
    )


class NodeBlock(blocks.StructBlock):
    name = blocks.RegexBlock(r"^[a-z0-9_-]{1,20}$", help_text=PLACE_HELP)
    text = blocks.TextBlock(label="What happens")
    question = blocks.CharBlock(max_length=400)
    choices = blocks.ListBlock(DecisionChoiceBlock(), min_num=2, max_num=6, label="Choices")

    class Meta:
        icon = "decimal"
        label = "Decision"


class EndingBlock(blocks.StructBlock):
    name = blocks.RegexBlock(r"^[a-z0-9_-]{1,20}$", help_text=PLACE_HELP)
    text = blocks.TextBlock(label="How it ends")

    class Meta:
        icon = "tick"
        label = "Ending"


class StoryBlock(blocks.StreamBlock):
    """The first decision is where the story begins."""

    node = NodeBlock()
    ending = EndingBlock()
    debrief = blocks.CharBlock(max_length=400, label="Question for afterwards", icon="help")
