import pytest

from trainingsite.lib import pdf


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.png",
        "http://127.0.0.1/a.png",
        "file:///etc/passwd",
        "asset:../pyproject.toml",
        "asset:img/../../manage.py",
        "asset:/etc/passwd",
        "asset:img",
        "asset:nothing.svg",
        "ftp://example.org/a",
        "relative.png",
    ],
)
def test_fetcher_refuses_everything_but_bundled_assets(address):
    with pytest.raises(ValueError):  # noqa: PT011 -- the message differs by kind of address
        pdf.AssetFetcher().fetch(address)


def test_fetcher_answers_for_bundled_assets_and_data():
    assert pdf.AssetFetcher().fetch("asset:img/mark.svg").content_type == "image/svg+xml"
    assert pdf.AssetFetcher().fetch("data:text/plain,hello").read() == b"hello"


def test_one_page_pdf_takes_the_first_version_that_fits():
    long, short = ("<!DOCTYPE html><html lang=en><title>x</title>" + "<p>Line</p>" * n for n in (200, 3))

    drawn = pdf.one_page_pdf([long, short, long], "certificate.css")

    assert drawn.startswith(b"%PDF")
    with pytest.raises(pdf.DoesNotFit):
        pdf.one_page_pdf([long], "certificate.css")
