from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

from trainingsite.lib.emails import send_each, send_templated


def send(settings, tmp_path, **kwargs):
    folder = tmp_path / "emails" / "greeting"
    folder.mkdir(parents=True)
    (folder / "subject.txt").write_text("Hello\n{{ name }}")
    (folder / "body.txt").write_text("Dear {{ name }}, see {{ site_url }}")
    if kwargs.pop("html", True):
        (folder / "body.html").write_text("<p>Dear {{ name }}</p>")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    send_templated("greeting", to="ann@example.org", context={"name": "O'Neill <b>"}, **kwargs)


def test_text_is_not_escaped_and_html_is(settings, tmp_path, mailoutbox):
    send(settings, tmp_path)

    (message,) = mailoutbox
    assert message.subject == "Hello O'Neill <b>"
    assert message.body == f"Dear O'Neill <b>, see {settings.SITE_URL}"
    assert message.alternatives[0].content == "<p>Dear O&#x27;Neill &lt;b&gt;</p>"


def test_html_is_optional_and_files_and_id_are_carried(settings, tmp_path, mailoutbox):
    send(
        settings, tmp_path, html=False, message_id="x@y", attachments=[("a.pdf", b"%PDF", "application/pdf")]
    )

    (message,) = mailoutbox
    assert message.alternatives == []
    assert message.extra_headers == {"Message-ID": "<x@y>"}
    assert message.attachments[0].filename == "a.pdf"


def test_a_bad_address_holds_up_nobody_and_a_dead_server_ends_the_run():
    tried, refused = [], []

    def send(letter):
        tried.append(letter)
        if letter == "bad":
            raise SMTPRecipientsRefused({})
        if letter == "away":
            raise SMTPServerDisconnected
        return True

    sent = send_each(
        ["bad", "bad", "bad", "away", "a", "away", "away", "away", "b"], send, refused=refused.append
    )

    assert sent == 1
    assert refused == ["bad", "bad", "bad"]
    assert tried[-1] == "away"
    assert "b" not in tried
