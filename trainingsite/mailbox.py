"""Development only: read the mail that the embedded default writes to files."""

import email
import email.policy
from pathlib import Path

from django.conf import settings
from django.http import Http404
from django.shortcuts import render


def _messages() -> list[email.message.EmailMessage]:
    """Newest first. The file back end separates the messages in a file by a line of dashes."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", None) or "/nonexistent")
    found = []
    for file in sorted(folder.glob("*.log")):
        for raw in file.read_text().split("-" * 79):
            if raw.strip():
                found.append(email.message_from_string(raw.lstrip("\n"), policy=email.policy.default))
    return found[::-1]


def inbox(request):
    rows = [
        {"number": len(all_) - i, "subject": m["Subject"], "to": m["To"], "date": m["Date"]}
        for all_ in [_messages()]
        for i, m in enumerate(all_)
    ]
    return render(request, "dev/mailbox.html", {"messages_found": rows})


def message(request, number):
    found = _messages()
    if not 1 <= number <= len(found):
        raise Http404
    chosen = found[len(found) - number]
    body = chosen.get_body(preferencelist=("plain",))
    files = [part.get_filename() for part in chosen.iter_attachments()]
    context = {"mail": chosen, "body": body.get_content() if body else "", "files": files, "number": number}
    return render(request, "dev/mail.html", context)
