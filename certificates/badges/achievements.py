"""A course in the words of Open Badges 3.0: what was to be learned, and what it took. Names nobody. Pure."""

from collections.abc import Sequence
from typing import Any

from certificates.drawing.glyphs import tidy


def achievement(
    *,
    url: str,
    image_url: str,
    title: str,
    version: str,
    provider_name: str,
    delivery: str,
    outcomes: Sequence[str],
    assessment_basis: str,
) -> dict[str, Any]:
    """Return an Achievement as JSON values. outcomes complete “You will be able to …”.

    Outcomes stand in the criteria, which may be Markdown: an Alignment would claim that some framework
    lists them. Nothing is said of credits, because a point means something else at every professional body.
    """
    title, provider, form = tidy(title), tidy(provider_name), tidy(delivery)
    return {
        "id": url,
        "type": ["Achievement"],
        "achievementType": "CertificateOfCompletion",
        "name": title,
        "version": tidy(version),
        "inLanguage": "en-GB",
        "description": f"Continuing professional development: “{title}” by {provider}. {form}.",
        "criteria": {"narrative": narrative(outcomes, assessment_basis)},
        "image": {
            "id": image_url,
            "type": "Image",
            "caption": "A round badge: CPD, certificate of completion.",
        },
    }


def narrative(outcomes: Sequence[str], assessment_basis: str) -> str:
    """Return the criteria as Markdown: what it took, then what people learn."""
    lines = [f"{tidy(assessment_basis).rstrip('.')}."]
    if outcomes:
        lines += ["", "After it a person is able to:", ""]
        lines += [f"- {tidy(outcome)}" for outcome in outcomes]
    return "\n".join(lines)
