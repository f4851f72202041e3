from dataclasses import replace

import pytest

from certificates.drawing.palettes import PALETTES, contrast, contrast_problems, palette


def test_every_palette_can_be_read():
    assert [problem for colours in PALETTES.values() for problem in contrast_problems(colours)] == []


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_what_cannot_be_read_is_named():
    problems = contrast_problems(replace(palette("pine"), accent="#e0a060"))

    assert problems == [
        "Pine and amber: the heading, #e0a060 on #ffffff, have a contrast of 2.2:1; 4.5:1 is needed."
    ]


def test_a_palette_that_is_no_more_is_the_products_own():
    assert palette("gone") is PALETTES["pine"]
