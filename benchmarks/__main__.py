"""Print one JSON object a line: {"name", "value", "unit", "floor", "ratio", "n"}.

`….cpu`         CPU time of a request, median of n; floor: a bare view with one query, same middleware, same
                logged-in reader, measured in turn with it; ratio: value / floor, smaller is better.
                `save_answer` keeps one answer, `submit` hands in and marks twenty.
`….throughput`  requests a second through gunicorn (one process, four threads) with four clients; floor: the bare
                view's; ratio: floor / value, smaller is better.
`group_….…`     a group's page for 50 and for 500 members; see benchmarks/groups_page.py.
`reports.…`     a programme's report over 200 groups and 20,000 people; see benchmarks/reports.py.
`analysis.…`    the item analysis of 10,000 attempts at 30 questions; see benchmarks/analysis.py.
`import.…`      5,000 people from a file; see benchmarks/imports.py.
`certificate.…` drawing a certificate, its size and the process's memory; see benchmarks/certificates.py.
`issue.…`       the whole way of a certificate, and a session of 1,000; see benchmarks/issuing.py.
`seal…`         sealing a certificate and checking a seal; see benchmarks/sealing.py.
`badges.…`      a digital badge made and checked, a status list signed; see benchmarks/badges.py.
`groups.…`      tables for a full room, and for 1,000 random rooms; see benchmarks/groups.py.
`….html`        size of the page; floor: the frame that every page has (the 404 page); ratio: value / floor.

`--profile NAME` prints instead where one page's time goes.
"""

import argparse
import cProfile
import gc
import http.client
import io
import json
import os
import pstats
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"

import django

django.setup()

from django.db import connection

from benchmarks.analysis import measure_analysis
from benchmarks.badges import measure_badges
from benchmarks.certificates import measure_certificates
from benchmarks.groups import measure_groups
from benchmarks.groups_page import measure_groups_page
from benchmarks.imports import measure_import
from benchmarks.issuing import measure_issuing
from benchmarks.reports import measure_reports
from benchmarks.scene import Scene, Visitor, build
from benchmarks.sealing import measure_sealing

ROUNDS = 60
SLICES, SLICE_SECONDS, CLIENTS = 3, 2.0, 4
PAGES = ("catalogue", "course", "module", "question")


@dataclass
class Request:
    visitor: Visitor
    path: str
    form: dict[str, str] | None = None

    @property
    def body(self) -> bytes:
        return (
            urlencode(self.form | {"csrfmiddlewaretoken": self.visitor.csrf_token}).encode()
            if self.form is not None
            else b""
        )

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"


def cases(scene: Scene) -> dict[str, Callable[[int], Request]]:
    """Name -> the request of round number n."""
    return {
        "bare": lambda n: Request(scene.reader, "/bare/"),
        "catalogue": lambda n: Request(scene.reader, "/courses/"),
        "course": lambda n: Request(scene.reader, scene.course),
        "module": lambda n: Request(scene.reader, scene.module),
        "question": lambda n: Request(scene.reader, scene.question),
        "save_answer": lambda n: Request(scene.reader, scene.question, {"answer": "1"}),
        "submit": lambda n: Request(*scene.submitters[n], {}),
    }


def call(application, request: Request) -> tuple[str, bytes]:
    """Send `request` to the WSGI application; return status and body."""
    environ = {
        "REQUEST_METHOD": request.method, "PATH_INFO": request.path, "SCRIPT_NAME": "", "QUERY_STRING": "",
        "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost:8000", "HTTP_COOKIE": request.visitor.cookies,
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
    }  # fmt: skip
    seen = []
    response = application(environ, lambda status, headers, exc_info=None: seen.append(status))
    body = b"".join(response)
    response.close()
    return seen[0], body


def expect(name: str, status: str) -> None:
    wanted = "302" if name in {"save_answer", "submit"} else "200"
    if not status.startswith(wanted):
        raise SystemExit(f"{name} answered {status} instead of {wanted}")


def report(name: str, value: float, unit: str, floor: float, ratio: float, n: int) -> None:
    row = {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "floor": round(floor, 3),
        "ratio": round(ratio, 2),
    }
    print(json.dumps(row | {"n": n}), flush=True)


def measure_cpu(application, todo: dict[str, Callable[[int], Request]]) -> None:
    """Time each case once a round, in turn, so that what else the machine does falls on all alike."""
    for _ in range(5):
        for name in todo.keys() - {"submit"}:
            call(application, todo[name](0))
    spent = defaultdict(list)
    gc.collect()
    gc.freeze()
    for number in range(ROUNDS):
        for name, request_of in todo.items():
            request = request_of(number)
            gc.collect(0)
            begun = time.process_time()
            status, _ = call(application, request)
            spent[name].append((time.process_time() - begun) * 1000)
            expect(name, status)
    floor = statistics.median(spent.pop("bare"))
    for name, times in spent.items():
        value = statistics.median(times)
        report(f"{name}.cpu", value, "ms", floor, value / floor, len(times))


def measure_throughput(todo: dict[str, Callable[[int], Request]]) -> None:
    """Load a real server in slices, in turn; submitting is left out, because each needs an attempt of its own."""
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--worker-class=gthread", "--threads=4", f"--bind=127.0.0.1:{port}",
        "--log-level=warning", "--no-control-socket", "--keep-alive=30", "trainingsite.wsgi",
    ]  # fmt: skip
    server = subprocess.Popen(command)
    try:
        wait_for(port)
        done = defaultdict(list)
        for _ in range(SLICES):
            for name in todo.keys() - {"submit"}:
                done[name].append(load(port, todo[name](0), name))
    finally:
        server.terminate()
        server.wait()
    floor = statistics.median(done["bare"])
    for name in todo.keys() - {"submit", "bare"}:
        value = statistics.median(done[name])
        report(f"{name}.throughput", value, "requests/s", floor, floor / value, SLICES)


def load(port: int, request: Request, name: str) -> float:
    """Return requests a second, asked by a few clients at once for a slice of time."""
    counts = [0] * CLIENTS
    until = time.monotonic() + SLICE_SECONDS

    def ask(client: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        headers = {"Cookie": request.visitor.cookies, "Content-Type": "application/x-www-form-urlencoded"}
        while time.monotonic() < until:
            line.request(request.method, request.path, request.body or None, headers)
            answer = line.getresponse()
            answer.read()
            expect(name, str(answer.status))
            counts[client] += 1
        line.close()

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(CLIENTS)]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.monotonic() - begun)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("gunicorn did not start")


def measure_size(application, todo: dict[str, Callable[[int], Request]]) -> None:
    frame = len(call(application, Request(todo["bare"](0).visitor, "/no-such-page/"))[1])
    for name in PAGES:
        size = len(call(application, todo[name](0))[1])
        report(f"{name}.html", size, "bytes", frame, size / frame, 1)


def profile(application, request: Request) -> None:
    call(application, request)
    profiler = cProfile.Profile()
    for _ in range(20):
        profiler.runcall(call, application, request)
    pstats.Stats(profiler).strip_dirs().sort_stats("cumulative").print_stats(60)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--profile", metavar="NAME", choices=PAGES)
    options = parser.parse_args()
    todo = cases(build(0 if options.profile else ROUNDS))
    from trainingsite.wsgi import application  # noqa: PLC0415 -- after the settings of the benchmark

    if options.profile:
        profile(application, todo[options.profile](0))
        return
    measure_cpu(application, todo)
    measure_size(application, todo)
    measure_groups_page(partial(call, application), Request, todo["bare"](0), report)
    connection.close()
    measure_throughput(todo)
    measure_analysis(report)
    measure_reports(report)
    measure_import(report)
    measure_groups(report)
    measure_certificates(report)
    measure_badges(report)
    measure_sealing(report)
    measure_issuing(report)


if __name__ == "__main__":
    main()
