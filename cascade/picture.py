"""The tree as a picture: an SVG drawn here, with a text that says the same. Pure, no database.

Only attributes, no style sheet and no script, so that it may stand in a page under our policy and in a PDF.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from cascade.tree import Box

BOX_WIDTH, BOX_HEIGHT = 236, 46
COLUMN, ROW, MARGIN, HEAD = 280, 58, 12, 40
NAME_CHARACTERS = 29

INK, SOFT, PINE, TINT, GREY, LINE = "#1c2526", "#4a5757", "#17493f", "#eaf2ef", "#eceeee", "#7f8b88"


@dataclass(frozen=True)
class Label:
    """What a box says: a name or what stands for it, and whether its trainer may train today."""

    name: str
    is_active: bool
    state: str


def draw(boxes: list[Box], labels: Mapping, *, first: int = 1) -> SafeString:
    """Return the picture of `boxes`. labels: person -> Label; first: the generation of the first column."""
    spots = _spots(boxes)
    columns = max((box.depth for box in boxes), default=1)
    return format_html(
        '<svg class="app-tree-picture" xmlns="http://www.w3.org/2000/svg" role="img" '
        'aria-labelledby="tree-title tree-text" width="{w}" height="{h}" viewBox="0 0 {w} {h}" '
        'font-family="Source Sans 3, Arial, sans-serif"><title id="tree-title">Tree of trainers</title>'
        '<desc id="tree-text">{description}</desc>{heads}{links}{boxes}</svg>',
        w=MARGIN * 2 + COLUMN * columns - (COLUMN - BOX_WIDTH),
        h=HEAD + ROW * (max((y for _, y in spots), default=0) + 1) + MARGIN,
        description=describe(boxes),
        heads=_heads(columns, first),
        links=_links(boxes, spots),
        boxes=format_html_join("", "{}", ((_box(*pair, labels),) for pair in zip(boxes, spots, strict=True))),
    )


def describe(boxes: list[Box]) -> str:
    """Return what the picture shows, in words; the list under it says all of it."""
    trainers = sum(box.node is not None for box in boxes)
    generations = len({box.depth for box in boxes})
    more = sum(box.more + box.hidden for box in boxes)
    return (
        f"{trainers} trainer{'s' if trainers != 1 else ''} in {generations} generation"
        f"{'s' if generations != 1 else ''}{f', and {more} more as numbers' if more else ''}. "
        "The list below says the same in words."
    )


def _spots(boxes: list[Box]) -> list[tuple[int, int]]:
    """Return column and row of each box: a trainer stands in the row of the first whom they trained."""
    spots, row, before = [], -1, 0
    for box in boxes:
        if box.depth <= before or row < 0:
            row += 1
        spots.append((box.depth - 1, row))
        before = box.depth
    return spots


def _at(spot: tuple[int, int]) -> tuple[int, int]:
    return MARGIN + spot[0] * COLUMN, HEAD + spot[1] * ROW


def _heads(columns: int, first: int) -> SafeString:
    return format_html_join(
        "",
        '<text x="{}" y="24" font-size="15" font-weight="700" fill="{}">Generation {}</text>',
        ((MARGIN + n * COLUMN, SOFT, n + first) for n in range(columns)),
    )


def _links(boxes: list[Box], spots) -> SafeString:
    spot_of = {box.node.person: spot for box, spot in zip(boxes, spots, strict=True) if box.node}
    half = BOX_HEIGHT // 2
    paths = []
    for box, spot in zip(boxes, spots, strict=True):
        if box.above:
            (x1, y1), (x2, y2) = _at(spot_of[box.above.person]), _at(spot)
            start = x1 + BOX_WIDTH
            paths.append((f"M{start} {y1 + half}H{(start + x2) // 2}V{y2 + half}H{x2}", LINE))
    return format_html_join("", '<path d="{}" fill="none" stroke="{}" stroke-width="1.5"/>', paths)


def _box(box: Box, spot, labels: Mapping) -> SafeString:
    x, y = _at(spot)
    if box.node is None:
        return format_html(
            '<text x="{}" y="{}" font-size="15" fill="{}">and {} more trainer{}</text>',
            x + 10,
            y + 28,
            SOFT,
            box.more,
            "s" if box.more != 1 else "",
        )
    label = labels[box.node.person]
    return format_html(
        '<rect x="{x}" y="{y}" width="{w}" height="{h}" rx="4" fill="{fill}" stroke="{stroke}" '
        'stroke-width="1.5"{dash}/><text x="{tx}" y="{ty}" font-size="15" font-weight="700" fill="{ink}">{name}</text>'
        '<text x="{tx}" y="{ty2}" font-size="13" fill="{soft}">{words}</text>',
        x=x,
        y=y,
        w=BOX_WIDTH,
        h=BOX_HEIGHT,
        fill=TINT if label.is_active else GREY,
        stroke=PINE if label.is_active else LINE,
        dash="" if label.is_active else format_html(' stroke-dasharray="{}"', "5 4"),
        tx=x + 10,
        ty=y + 19,
        ty2=y + 37,
        ink=INK if label.is_active else SOFT,
        soft=SOFT,
        name=label.name if len(label.name) <= NAME_CHARACTERS else f"{label.name[: NAME_CHARACTERS - 1]}…",
        words=_words(box, label),
    )


def _words(box: Box, label: Label) -> str:
    own, total = box.node.own.people, box.node.total.people
    words = f"{own:,} own, {total:,} in all" if box.node.children else f"{own:,} reached"
    if box.hidden:
        words += f" · {box.hidden:,} below"
    return words if label.is_active else f"{label.state} · {words}"
