"""The badge's picture: our mark in a round seal, the same for every course, with the credential inside the file.

Nothing in the picture itself is about a person or a course: what wallets show beside it comes from the credential.
"""

import io
import math
from collections.abc import Iterable
from functools import cache

from django.conf import settings
from openbadgeslib import baking
from PIL import Image, ImageDraw, ImageFont

SIZE = 600  # pixels; 1EdTech advises 400 or more, square
SCALE = 3  # drawn so much larger, then made smaller: smooth edges
PINE, TINT, AMBER, GOLD, WHITE = "#17493f", "#eaf2ef", "#b4570a", "#ffc857", "#ffffff"
FONT = "source-sans-3-latin-700-normal.woff2"
ABOVE, BELOW = "CONTINUING PROFESSIONAL DEVELOPMENT", "CERTIFICATE OF COMPLETION"

#: The mark on its own square of 48 (static/img/mark.svg): a ring with a gap, and the line that passes through.
MARK_SIZE, RING_RADIUS, RING_WIDTH, LINE_WIDTH = 48, 14.5, 5.5, 4.2
GAP_DEGREES = (-55.4, -23.6)
LINE = (
    ((2.4, 36.5), (4.71, 36.5), (6.76, 36.09), (8.62, 35.39)),
    ((16.5, 30.39), (19.04, 28.21), (21.4, 25.84), (24, 24)),
    ((24, 24), (30.5, 19.4), (35.5, 11.5), (45.6, 11.5)),
)

Point = tuple[float, float]


def badge_png(credential: str) -> bytes:
    """Return the picture with the credential in it: a PNG iTXt chunk, as Open Badges 3.0 section 5.3 asks."""
    return baking.bake_png(plain_png(), credential, keyword=baking.ITXT_KEYWORD_OB3)


@cache
def plain_png() -> bytes:
    """Return the picture alone. Drawn once a process: about 0.2 s."""
    side = SIZE * SCALE
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    middle = side / 2
    _seal(draw, middle)
    _mark(draw, middle, across=side * 0.5)
    _text_on_circle(image, ABOVE, middle, radius=side * 0.395, is_below=False)
    _text_on_circle(image, BELOW, middle, radius=side * 0.395, is_below=True)
    for angle in (180, 0):
        _dot(draw, _on_circle(middle, side * 0.395, angle), side * 0.009, GOLD)
    out = io.BytesIO()
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    small.quantize(128, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()


def _seal(draw: ImageDraw.ImageDraw, middle: float) -> None:
    """A disc with a waved edge, a ring of gold, and the pale field for the mark."""
    waves, outer, depth = 40, middle * 0.972, middle * 0.018
    edge = [
        _on_circle(middle, outer + depth * math.cos(math.radians(angle * waves)), angle)
        for angle in (step / 4 for step in range(360 * 4))
    ]
    draw.polygon(edge, fill=PINE)
    for share, colour in ((0.915, GOLD), (0.9, PINE), (0.675, GOLD), (0.66, TINT)):
        _dot(draw, (middle, middle), middle * share, colour)


def _mark(draw: ImageDraw.ImageDraw, middle: float, across: float) -> None:
    unit = across / MARK_SIZE
    start = middle - across / 2
    outer = (RING_RADIUS + RING_WIDTH / 2) * unit
    box = (middle - outer, middle - outer, middle + outer, middle + outer)
    draw.arc(box, GAP_DEGREES[1], GAP_DEGREES[0], fill=PINE, width=round(RING_WIDTH * unit))
    for curve in LINE:
        for x, y in _bezier(curve):
            _dot(draw, (start + x * unit, start + y * unit), LINE_WIDTH * unit / 2, AMBER)


def _bezier(curve: tuple[Point, Point, Point, Point], steps: int = 240) -> Iterable[Point]:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    for step in range(steps + 1):
        t = step / steps
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        yield a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3


def _text_on_circle(image: Image.Image, text: str, middle: float, radius: float, is_below: bool) -> None:
    """Set `text` letter by letter round the circle, centred at the top, or at the bottom to be read from there."""
    font = ImageFont.truetype(settings.BASE_DIR / "static" / "vendor" / "fonts" / FONT, round(middle * 0.098))
    spacing = middle * 0.014
    advances = [font.getlength(letter) + spacing for letter in text]
    turn = -1 if is_below else 1
    angle = (90 if is_below else -90) - turn * math.degrees(sum(advances) / radius) / 2
    for letter, advance in zip(text, advances, strict=True):
        half = math.degrees(advance / radius) / 2
        angle += turn * half
        tile = Image.new("RGBA", (font.size * 2, font.size * 2), (255, 255, 255, 0))
        ImageDraw.Draw(tile).text((font.size, font.size), letter, font=font, fill=WHITE, anchor="mm")
        tile = tile.rotate(-(angle + turn * 90), resample=Image.Resampling.BICUBIC)
        x, y = _on_circle(middle, radius, angle)
        image.alpha_composite(tile, (round(x - font.size), round(y - font.size)))
        angle += turn * half


def _on_circle(middle: float, radius: float, degrees: float) -> Point:
    return middle + radius * math.cos(math.radians(degrees)), middle + radius * math.sin(
        math.radians(degrees)
    )


def _dot(draw: ImageDraw.ImageDraw, at: Point, radius: float, colour: str) -> None:
    draw.ellipse((at[0] - radius, at[1] - radius, at[0] + radius, at[1] + radius), fill=colour)
