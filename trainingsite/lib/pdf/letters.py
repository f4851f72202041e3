"""Text that comes out of the PDF exactly as it went in, for scripts whose letters join, stack or run leftwards.

WeasyPrint notes one text for each shape. Where a letter is made of several shapes (a bowl and its dots, a letter
and its marks) or a shape serves several letters, that text is wrong. Here each such letter is drawn by itself
and carries its own text (ActualText, ISO 32000-1 14.9.4), in the order in which it is seen.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pydyf
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

ATTRIBUTE = "data-exact"
LEFT_TO_RIGHT_MARK, RIGHT_TO_LEFT_MARK = "\u200e", "\u200f"
STRONG = {"L", "R", "AL"}
NOT_SHOWN = pango.PANGO_GLYPH_EMPTY


def keep_exact(page) -> None:
    """Make `page` draw the text of elements with `ATTRIBUTE` letter by letter."""
    paint = page.paint

    def painted(stream, *args, **kwargs):
        marked = stream.marked

        @contextmanager
        def marked_exactly(box, tag):
            with marked(box, tag):
                start = len(stream.stream)
                yield
                if hasattr(box, "pango_layout") and box.element.get(ATTRIBUTE) is not None:
                    # The colour before the text stays: the stream would not set the same one again.
                    del stream.stream[stream.stream.index(b"BT", start) :]
                    _draw(stream, box)

        stream.marked = marked_exactly
        paint(stream, *args, **kwargs)

    page.paint = painted


@dataclass
class _Letter:
    """A character with its marks: its text and the shapes it is made of, with their places from the left."""

    text: str
    shapes: list[tuple[object, float]]


def _draw(stream, box) -> None:
    layout = box.pango_layout
    layout.reactivate(box.style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    stream.begin_text()
    left, base = box.position_x, box.position_y + box.baseline
    was_leftwards = False
    for run in _runs(line):
        font, size = stream.add_font(run.item.analysis.font)
        stream.set_font_size(font.hash, size)
        is_leftwards = bool(run.item.analysis.level % 2)
        # Readers that put leftward text into order by themselves would take spaces and signs to the wrong side.
        mark = LEFT_TO_RIGHT_MARK if was_leftwards and not is_leftwards else ""
        mark = RIGHT_TO_LEFT_MARK if is_leftwards and not was_leftwards else mark
        for letter in _letters(run, layout.text.encode(), left):
            is_strong = unicodedata.bidirectional(letter.text[0]) in STRONG
            text = letter.text if is_strong else mark + letter.text
            marks = letter.text[1:] if is_leftwards else ""
            if marks:
                _draw_unseen(stream, marks, mark, letter, base)
                text = letter.text[0]
            _draw_letter(stream, run, font, size, text, letter.shapes, base)
            mark = ""
        left += sum(shape.geometry.width for shape in _shapes(run)) * FROM_UNITS
        was_leftwards = is_leftwards
    stream.end_text()
    layout.deactivate()


def _runs(line) -> Iterator[object]:
    run = line.runs[0]
    while run != ffi.NULL:
        yield run.data
        run = run.next


def _shapes(run) -> list[object]:
    return run.glyphs.glyphs[0 : run.glyphs.num_glyphs]


def _letters(run, text: bytes, left: float) -> Iterator[_Letter]:
    """Yield the letters of a run from left to right."""
    offset, length = run.item.offset, run.item.length
    whole = text[offset : offset + length]
    clusters = list(run.glyphs.log_clusters[0 : run.glyphs.num_glyphs])
    starts = sorted(start for start in set(clusters) if start == 0 or not _joins(whole[start:]))
    bounds = dict(zip(starts, [*starts[1:], length], strict=True))
    letter, current = None, None
    for shape, cluster in zip(_shapes(run), clusters, strict=True):
        start = max(s for s in starts if s <= cluster)
        if start != current:
            if letter:
                yield letter
            letter, current = _Letter(whole[start : bounds[start]].decode(), []), start
        letter.shapes.append((shape, left))
        left += shape.geometry.width * FROM_UNITS
    if letter:
        yield letter


def _joins(text: bytes) -> bool:
    """Say whether `text` begins with something that belongs to the letter before it."""
    category = unicodedata.category(text.decode()[0])
    return category[0] == "M" or category == "Cf"


def _draw_letter(stream, run, font, size: float, text: str, shapes, base: float) -> None:
    seen = [(shape, left) for shape, left in shapes if shape.glyph != NOT_SHOWN]
    wide = [one for one in seen if one[0].geometry.width > 0] or seen
    if len(seen) == 1 and font.to_unicode.setdefault(seen[0][0].glyph, text) == text:
        _draw_shapes(stream, run, font, size, seen, text, base)
        return
    with _read_as(stream, text):
        _draw_shapes(stream, run, font, size, wide, text, base)
    # Apart, so that the width of a letter, by which readers find gaps between words, is that of its body.
    if marks := [one for one in seen if one not in wide]:
        with _read_as(stream, ""):
            _draw_shapes(stream, run, font, size, marks, text, base)


def _draw_unseen(stream, marks: str, direction: str, letter: _Letter, base: float) -> None:
    """Give the marks of a leftward letter a place before it, from the left, so that they are read after it."""
    shape, left = letter.shapes[-1][0], letter.shapes[0][1]
    stream.stream.append(b"3 Tr 1 Tz")
    for number, mark in enumerate(reversed(marks)):
        with _read_as(stream, mark if number else direction + mark):
            stream.set_text_matrix(1, 0, 0, -1, left, base)
            stream.show_text(f"<{shape.glyph:04x}>")
    stream.stream.append(b"0 Tr 100 Tz")


@contextmanager
def _read_as(stream, text: str) -> Iterator[None]:
    stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pydyf.String(text)}))
    yield
    stream.end_marked_content()


def _draw_shapes(stream, run, font, size: float, shapes, text: str, base: float) -> None:
    for shape, left in shapes:
        font.to_unicode.setdefault(shape.glyph, text)
        if shape.glyph not in font.widths:
            pango.pango_font_get_glyph_extents(
                run.item.analysis.font, shape.glyph, stream.ink_rect, stream.logical_rect
            )
            font.widths[shape.glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
        x = left + shape.geometry.x_offset * FROM_UNITS
        y = base + shape.geometry.y_offset * FROM_UNITS
        stream.set_text_matrix(1, 0, 0, -1, x, y)
        stream.show_text(f"<{shape.glyph:04x}>")
