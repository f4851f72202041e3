"""Writes to the question bank, and the rules that a question keeps."""

from collections import Counter
from collections.abc import Callable, Iterable

from django.db import transaction
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from quizzes.content import MANY_CHOICES, ONE_CHOICE, ItemContent, ItemType, Mode, StoryContent
from quizzes.marking import number_of
from quizzes.models import Item, ItemVersion, VersionStatus


def problem_with(content: ItemContent) -> str:
    """Return what keeps a question from being asked, in words for its editor; empty if nothing does."""
    if not content.stem.strip():
        return "Write the question."
    if content.type == ItemType.BRANCHING:
        return _problem_with_story(content.story)
    texts = Counter(" ".join(c.text.casefold().split()) for c in content.choices if c.text)
    if content.type != ItemType.SIGNS and any(count > 1 for count in texts.values()):
        return "Two answers read the same."
    find: Callable[[ItemContent], str] = {
        ItemType.MATCHING: _problem_with_pairs,
        ItemType.ORDERING: _problem_with_order,
        ItemType.SHORT: _problem_with_typed,
        ItemType.NUMERIC: _problem_with_typed,
    }.get(content.type, _problem_with_choices)
    return find(content)


def _problem_with_choices(content: ItemContent) -> str:
    right = sum(choice.is_correct for choice in content.choices)
    if any(not choice.text and not choice.image for choice in content.choices):
        return "Give every answer words or a picture."
    if content.type == ItemType.TRUE_FALSE and len(content.choices) != 2:
        return "A true or false question has exactly two answers."
    if len(content.choices) < 2:
        return "Give at least two answers."
    if content.type in ONE_CHOICE and right != 1:
        return f"Mark exactly one answer as right; {right} are marked."
    if content.type in MANY_CHOICES and not right:
        return "Mark at least one answer as right."
    return _problem_with_shares(content)


def _problem_with_shares(content: ItemContent) -> str:
    shares = [choice.share for choice in content.choices if choice.share is not None]
    if any(abs(share) > 100 for share in shares):
        return "A percentage lies between −100 and 100."
    if content.type in MANY_CHOICES and content.mode == Mode.OWN_SHARES:
        if abs(sum(share for share in shares if share > 0) - 100) > 1:
            return "The percentages of the right answers must add up to 100."
        if any(((choice.share or 0) > 0) != choice.is_correct for choice in content.choices):
            return "Mark as right exactly the answers with a percentage above 0."
    return ""


def _problem_with_pairs(content: ItemContent) -> str:
    if len(content.lefts) < 2:
        return "Give at least two pairs."
    if not all(choice.match for choice in content.choices):
        return "Give each answer of a matching question the other half that it matches."
    return "" if len(content.halves) > 1 else "Give at least two different halves to choose from."


def _problem_with_order(content: ItemContent) -> str:
    if any(not choice.text and not choice.image for choice in content.choices):
        return "Give every answer words or a picture."
    return "" if len(content.choices) > 1 else "Give at least two answers, in the right order."


def _problem_with_typed(content: ItemContent) -> str:
    if not any(choice.is_correct for choice in content.choices):
        return "Give at least one answer that is right."
    if content.type == ItemType.NUMERIC:
        for choice in content.choices:
            if number_of(choice.text) is None:
                return f"“{choice.text}” is no number."
            if choice.tolerance is not None and choice.tolerance < 0:
                return "A tolerance is never below zero."
    if not all(choice.text.strip(" *") for choice in content.choices if choice.is_correct):
        return "An accepted answer needs words: * alone would accept everything."
    return _problem_with_shares(content)


def _problem_with_story(story: StoryContent | None) -> str:
    if not story or not story.nodes or not story.endings:
        return "A branching scenario needs at least one decision and one ending."
    places = Counter(part.key for part in (*story.nodes, *story.endings))
    for key, count in places.items():
        if count > 1:
            return f"Two parts are called “{key}”."
    for node in story.nodes:
        for choice in node.choices:
            if choice.next not in places:
                return f"A choice at “{node.key}” leads to “{choice.next}”, which is not there."
        if not any(choice.quality == "good" for choice in node.choices):
            return f"No choice at “{node.key}” is good: there must be a right way."
    return _problem_with_ways(story)


def _problem_with_ways(story: StoryContent) -> str:
    """Every part is met, nobody goes in circles and every way ends."""
    ahead = {node.key: {choice.next for choice in node.choices} for node in story.nodes}
    reached, frontier = set(), {story.nodes[0].key}
    while frontier:
        reached |= frontier
        frontier = set().union(*(ahead.get(key, set()) for key in frontier)) - reached
    for part in (*story.nodes, *story.endings):
        if part.key not in reached:
            return f"No way leads to “{part.key}”."
    ends = {ending.key for ending in story.endings}
    while left := {key for key, following in ahead.items() if key not in ends and following <= ends}:
        ends |= left
    circle = sorted(ahead.keys() - ends)
    return f"A way goes round in circles at “{circle[0]}”." if circle else ""


@transaction.atomic
def publish_item(item: Item, user=None) -> ItemVersion:
    """Save `item` with its answers, tags and sectors as set on it, and make it ready. Returns its version.

    For content files and imports; editors publish in the CMS, which comes to `freeze` the same way.
    """
    with disable_reference_index_auto_update():  # it would begin anew for every answer that is saved
        if item.pk is None:
            item.live = False
            item.save()
        item.save_revision(user=user).publish(user=user)
    ReferenceIndex.create_or_update_for_object(item)
    return item.versions.ready().get()


@transaction.atomic
def freeze(item: Item) -> ItemVersion:
    """Keep the words and the key of a published `item` as its ready version, a new one if they changed.

    Older versions are retired: attempts that drew them keep them, nobody draws them again.
    """
    Item.objects.select_for_update().get(pk=item.pk)
    content = item.content()
    current = item.current_version()
    if current and current.content == content:
        _retire(item.versions.exclude(pk=current.pk))
        ItemVersion.objects.filter(pk=current.pk).update(status=VersionStatus.READY)
        return ItemVersion.objects.get(pk=current.pk)
    _retire(item.versions.all())
    number = current.number + 1 if current else 1
    return ItemVersion.objects.create(item=item, number=number, data=content.model_dump(mode="json"))


def retire(item: Item) -> None:
    """Draw no version of `item` any more."""
    _retire(item.versions.all())


def _retire(versions) -> None:
    versions.filter(status=VersionStatus.READY).update(status=VersionStatus.RETIRED)


def next_code(prefix: str = "Q", taken: Iterable[str] | None = None) -> str:
    """Return a code that no question has: Q051 after Q050. Deleted questions' codes may come again."""
    codes = (
        Item.objects.filter(code__startswith=prefix).values_list("code", flat=True)
        if taken is None
        else taken
    )
    numbers = [int(code.removeprefix(prefix)) for code in codes if code.removeprefix(prefix).isdigit()]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"
