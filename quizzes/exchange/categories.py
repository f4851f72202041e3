"""Categories by their way from the top: “UK law / Referral” here, `$course$/top/UK law/Referral` in Moodle."""

import re

from quizzes.exchange.text import one_line

SEPARATOR = " / "
TOP = "$course$/top"


def path_of_category(name: str) -> str:
    """Return Moodle's path. A slash within a name is doubled, and kept from the ends by a space."""
    parts = []
    for part in name.split(SEPARATOR) if name else []:
        part = part.strip().replace("/", "//")
        part = f" {part}" if part.startswith("/") else part
        parts.append(f"{part} " if part.endswith("/") else part)
    return "/".join([TOP, *parts])


def category_from_path(path: str) -> str:
    """Return the name under which this bank keeps a category of Moodle; empty for the top itself."""
    parts = [one_line(part.replace("//", "/")) for part in re.split(r"(?<!/)/(?!/)", path)]
    if parts and re.fullmatch(r"\$(course|system|cat|module|category)\d*\$|\$.*\$", parts[0]):
        parts = parts[1:]
    if parts and parts[0] == "top":
        parts = parts[1:]
    return SEPARATOR.join(filter(None, parts))
