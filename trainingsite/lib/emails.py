"""Send mail by folder name: templates/emails/<name>/{subject.txt,body.txt,body.html}."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from smtplib import SMTPRecipientsRefused
from typing import Any, TypeVar

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

log = logging.getLogger(__name__)
GIVE_UP_AFTER = 3  # letters that fail one after another: the mail server is down
Letter = TypeVar("Letter")

#: File name, content, media type.
Attachment = tuple[str, bytes, str]


def _plain(path: str, context: Mapping[str, Any]) -> str:
    """Render a text template: in plain text O'Neill is O'Neill, not O&#x27;Neill."""
    return get_template(path).template.render(Context(context, autoescape=False))


def send_templated(
    name: str,
    *,
    to: str,
    context: Mapping[str, Any],
    message_id: str = "",
    attachments: Sequence[Attachment] = (),
) -> None:
    """Send one message to one person; raises OSError (SMTPException is one) when it cannot be sent.

    message_id: a stable id, so that a repeat after a dropped connection is recognised as the same letter.
    """
    context = {**context, "site_url": settings.SITE_URL, "product_name": settings.PRODUCT_NAME}
    subject = " ".join(_plain(f"emails/{name}/subject.txt", context).split())
    headers = {"Message-ID": f"<{message_id}>"} if message_id else {}
    message = EmailMultiAlternatives(
        subject,
        _plain(f"emails/{name}/body.txt", context),
        to=[to],
        headers=headers,
        attachments=list(attachments),
    )
    try:
        html = render_to_string(f"emails/{name}/body.html", context)
    except TemplateDoesNotExist:
        pass
    else:
        message.attach_alternative(html, "text/html")
    message.send()


def send_each(
    letters: Iterable[Letter], send: Callable[[Letter], bool | None], *, refused: Callable[[Letter], Any]
) -> int:
    """Send letters one after another; return how many `send` said it sent. A bad address holds up nobody else.

    refused: notes that a letter's address takes no mail, so that it is not tried for ever. When the mail server
    is down the run stops, and the next one goes on.
    """
    failures = sent = 0
    for letter in letters:
        name = f"{type(letter).__name__} {getattr(letter, 'pk', letter)}"
        try:
            sent += bool(send(letter))
            failures = 0
        except (SMTPRecipientsRefused, ValueError):  # ValueError: no address that a letter can bear
            log.warning("%s cannot be delivered", name, exc_info=True)
            refused(letter)
        except OSError:  # SMTPException is one; the next run tries again.
            log.exception("%s was not sent", name)
            failures += 1
            if failures == GIVE_UP_AFTER:
                break
    return sent
