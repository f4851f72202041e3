"""Send mail by folder name: templates/emails/<name>/{subject.txt,body.txt,body.html}."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string

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
