"""The reverse proxy: uploads by byte range, long addresses, and what the application is told."""

import http.client
import os
import re
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.services.processes import ROOT, Process, free_port, listens, until

pytestmark = pytest.mark.services


class Echo(BaseHTTPRequestHandler):
    """Stands for the application: answers with what it was asked."""

    def do_GET(self):
        body = f"{self.path}\n{self.headers}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def proxy(tmp_path):
    """The port of nginx running deploy/nginx.conf.template as its image would fill it in."""
    nginx = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if not nginx:
        pytest.skip("nginx is not installed")
    media = tmp_path / "media"
    media.mkdir()
    (media / "film.mp4").write_bytes(bytes(range(256)) * 100)
    (tmp_path / "private.pdf").write_bytes(b"secret")
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    port = free_port()
    names = {
        "LISTEN": f"127.0.0.1:{port}",
        "UPSTREAM": f"127.0.0.1:{upstream.server_port}",
        "MEDIA_ROOT": str(media),
    }
    template = (ROOT / "deploy" / "nginx.conf.template").read_text()
    server = re.sub(r"\$\{(\w+)\}", lambda match: names[match[1]], template)
    (tmp_path / "nginx.conf").write_text(
        f"{'user root;' if os.getuid() == 0 else ''} daemon off; pid {tmp_path}/nginx.pid; error_log {tmp_path}/error.log;"
        f"events {{}} http {{ access_log off; types {{ video/mp4 mp4; }} {server} }}"
    )
    running = Process(
        [nginx, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], tmp_path / "nginx.log"
    )
    until(lambda: listens(port))
    yield port
    running.stop()
    upstream.shutdown()
    upstream.server_close()


def ask(port: int, path: str, **headers: str):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    return answer, body


def test_uploads_are_served_by_byte_range_and_never_run_as_pages(proxy):
    answer, body = ask(proxy, "/media/film.mp4", Range="bytes=256-511")
    assert (answer.status, body) == (206, bytes(range(256)))
    assert answer.headers["Content-Range"] == "bytes 256-511/25600"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/media/../private.pdf", "/media/..%2fprivate.pdf", "/media../private.pdf"])
def test_nothing_beside_the_uploads_is_served(proxy, path):
    _, body = ask(proxy, path)
    assert b"secret" not in body


def test_a_20_kb_search_reaches_the_application(proxy):
    answer, body = ask(proxy, f"/indicators/?q={'a' * 20_000}")
    assert answer.status == 200
    assert body.startswith(b"/indicators/?q=" + b"a" * 20_000)


def test_the_application_learns_who_asked_and_how(proxy):
    _, body = ask(
        proxy,
        "/",
        **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "Host": "training.example"},
    )
    told = body.decode()
    assert "X-Forwarded-For: 203.0.113.9, 127.0.0.1" in told
    assert "X-Forwarded-Proto: https" in told
    assert "Host: training.example" in told
