"""Named fields in the wording of a certificate: “This is to certify that on {completed}”. Pure."""

import re

from certificates.printed import Printed
from trainingsite.lib.templatetags.gds import day, duration

FIELD = re.compile(r"\{([^{}]*)\}")
#: name -> what stands in its place.
FIELDS = {
    "course": lambda printed: printed.title,
    "provider": lambda printed: printed.provider_name,
    "completed": lambda printed: day(printed.completed_on),
    "hours": lambda printed: duration(printed.cpd_minutes),
}
KNOWN = ", ".join(f"{{{name}}}" for name in FIELDS)


def problem_with_wording(text: str) -> str:
    """Return what is wrong with the fields that `text` names, or an empty text."""
    unknown = [name for name in FIELD.findall(text) if name not in FIELDS]
    if unknown:
        return f"There is no field {{{unknown[0]}}}. There are {KNOWN}."
    if any(brace in FIELD.sub("", text) for brace in "{}"):
        return f"A bracket {{ or }} stands alone. Fields are written {KNOWN}."
    return ""


def without_fields(text: str) -> str:
    """Return the words that stand there whatever the certificate says."""
    return FIELD.sub("", text)


def filled(text: str, printed: Printed) -> str:
    """Return `text` with its fields filled in. Raises KeyError for one that does not exist."""
    return FIELD.sub(lambda match: FIELDS[match[1]](printed), text)
