"""We use GOV.UK Frontend and must not look like GOV.UK (docs/brand.md)."""

import re

import pytest
from django.conf import settings

STYLES = settings.BASE_DIR / "static" / "vendor" / "site.css"


@pytest.mark.parametrize("mark", ["GDS Transport", "crest", "1d70b8", "crown"])
def test_the_built_styles_carry_nothing_of_govuks_own_brand(mark):
    assert mark.lower() not in STYLES.read_text().lower()


def test_the_built_styles_fetch_nothing():
    assert re.findall(r"url\((?!\"?data:)", STYLES.read_text()) == []


@pytest.mark.parametrize("name", ["logo", "logo-mono", "mark", "mark-mono", "favicon"])
def test_the_logos_print_without_gradients_fonts_or_other_files(name):
    text = (settings.BASE_DIR / "static" / "img" / f"{name}.svg").read_text()
    assert not re.search(r"Gradient|<text|<image|href|url\(", text)
    assert len(text) <= 4_000
