"""Colours that a certificate may have. Each is read at 4.5:1 or more wherever text stands (WCAG 2.2, 1.4.3). Pure."""

from dataclasses import astuple, dataclass

LEAST_CONTRAST = 4.5
PAPER = "#ffffff"
INK, SOFT = "#1c2526", "#4a5757"  # words, and lesser words, in every palette


@dataclass(frozen=True)
class Palette:
    """label: for the editor.  strong: name, frame and hours.  accent: heading and small signs.  tint: of the panel.

    trace: the large mark behind the panel's words, which carries no meaning.
    """

    label: str
    strong: str
    accent: str
    tint: str
    trace: str


PALETTES = {
    "pine": Palette("Pine and amber", "#17493f", "#b4570a", "#eaf2ef", "#dde9e4"),
    "plum": Palette("Plum and amber", "#5b3468", "#a24e09", "#f3edf5", "#e8deec"),
    "ink": Palette("Ink and pine", "#1c2526", "#17493f", "#eef1f1", "#e1e6e6"),
    "amber": Palette("Amber and pine", "#8a4208", "#17493f", "#fdf3e4", "#f8e7cd"),
    "harbour": Palette("Harbour blue and amber", "#123f5c", "#a24e09", "#e9f1f6", "#dbe7ef"),
    "garnet": Palette("Garnet and ink", "#7d1a14", "#4a5757", "#fbecea", "#f5dedb"),
}


def choices() -> list[tuple[str, str]]:
    return [(name, palette.label) for name, palette in PALETTES.items()]


def palette(name: str) -> Palette:
    """Return the palette; a name that there is no more is the product's own."""
    return PALETTES.get(name, PALETTES["pine"])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours "#rrggbb", 1 to 21 (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def contrast_problems(colours: Palette) -> list[str]:
    """Return a sentence for each pair of text and ground that is too close; none when all can be read."""
    label, strong, accent, tint, trace = astuple(colours)
    pairs = [
        ("name", strong, PAPER),
        ("heading", accent, PAPER),
        ("hours", strong, tint),
        ("hours", strong, trace),
    ]
    pairs += [("small words", SOFT, ground) for ground in (PAPER, tint, trace)]
    pairs += [("words", INK, ground) for ground in (PAPER, tint, trace)]
    return [
        f"{label}: the {what}, {text} on {ground}, have a contrast of {ratio:.1f}:1; {LEAST_CONTRAST}:1 is needed."
        for what, text, ground in pairs
        if (ratio := contrast(text, ground)) < LEAST_CONTRAST
    ]


def _luminance(colour: str) -> float:
    parts = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
