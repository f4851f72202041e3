"""Drawing a certificate, against a plain WeasyPrint drawing of the same words on the same page.

The plain drawing is what one would write first: style sheet and fonts read each time, boxes laid out by flex and a
table, the QR code as SVG, the logo as PNG. It is drawn in turn with ours, in one process.
"""

import gc
import io
import os
import statistics
import time
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import segno
from django.conf import settings
from django.template import Context, Template
from PIL import Image, ImageDraw
from weasyprint import HTML

from certificates.drawing import draw, warm_up
from certificates.pictures import LOGO, normalised
from certificates.printed import Design, Picture, Printed, Signatory
from certificates.samples import ordinary

ROUNDS, DRAWINGS = 20, 2_000
MOST_BYTES, MOST_MB, MOST_GROWTH_MB = (
    100_000 - 13_100,
    200,
    10,
)  # seal and badge take 13.1 kB of the file's 100
NAMES = (
    "Sam Okonkwo-Reid",
    "Nguyễn Thị Phương Thảo",
    "Κωνσταντίνος Παπαδόπουλος",
    "Наталія Їжакевич",
    "Świętosława Gżegżółka",
    "Siân O’Neill-D'Arcy",
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "Zoë Brontë-Müller",
)

FACES = "".join(
    f'@font-face {{ font-family: "{name} {subset}"; font-weight: {weight};'
    f" src: url(vendor/fonts/{file}-{subset}-{weight}-normal.woff2) }}\n"
    for name, file, weight in (
        ("Sans", "source-sans-3", 400), ("Sans", "source-sans-3", 600), ("Serif", "source-serif-4", 600),
    )
    for subset in ("latin", "latin-ext")
)  # fmt: skip
SANS, SERIF = '"Sans latin", "Sans latin-ext"', '"Serif latin", "Serif latin-ext"'

PLAIN = """{% load l10n %}<!DOCTYPE html><html lang="en-GB"><head><title>Certificate {{ printed.number }}</title><style>
{{ faces|safe }}
@page { size: A4 landscape; margin: 8mm }
body { margin: 0; font: 400 10pt/1.35 {{ sans|safe }}; color: #1c2526 }
.page { display: flex; border: 1.1pt solid #17493f; height: 190mm }
.panel { display: flex; flex-direction: column; justify-content: space-between; width: 51mm; padding: 9mm; background: #eaf2ef }
.brand { display: flex; align-items: center; gap: 2mm } .brand img { width: 12mm }
.brand, .hours, .name, .course, .signatory { font-family: {{ serif|safe }}; font-weight: 600; color: #17493f }
.brand { font-size: 20pt } .hours { font-size: 45pt } .name { font-size: 30pt } .course { font-size: 21pt }
.main { display: flex; flex-direction: column; flex: 1; padding: 10mm 18mm }
h1 { font-size: 13pt; color: #b4570a; text-transform: uppercase } h2 { font-size: 9.4pt }
ul { display: flex; flex-wrap: wrap } li { width: 45% }
.foot { display: flex; justify-content: space-between; margin-top: auto }
td, th { border-bottom: .4pt solid #c3ceca; text-align: left; font-weight: 400 } svg { width: 33mm }
</style></head><body><div class="page"><div class="panel">
<div class="brand"><img src="data:image/png;base64,{{ logo }}" alt="Fairlead"><span>Fairlead</span></div>
<div><p class="hours">{{ printed.cpd_minutes|hours }}</p><p>CPD hours</p>
<p>Of these, participatory: {{ printed.participatory_minutes|hours }}</p>
<p>Hours and minutes of learning, in quarter hours, breaks not counted.</p></div>
<div>{{ qr|safe }}<p><b>{{ printed.number }}</b></p>
<p>Scan the code to check this certificate, or enter its number at<br>{{ site }}/verify/</p></div></div>
<div class="main"><h1>Certificate of completion</h1><p>This is to certify that</p><p class="name">{{ printed.holder_name }}</p>
<p>has completed</p><p class="course">{{ printed.title }}</p>
<p>{{ printed.delivery }}. Course version {{ printed.version }}.<br>{{ printed.assessment_basis }}.</p>
<h2>Learning outcomes: the holder is able to</h2><ul>{% for one in printed.outcomes %}<li>{{ one }}</li>{% endfor %}</ul>
<div class="foot"><div>{% for one in printed.signatories %}<p class="signatory">{{ one.name }}</p><p>{{ one.role }}</p>{% endfor %}
<p>{{ printed.provider_name }}. {{ printed.provider_number }}</p></div><table>
<tr><th scope="row">Started</th><td>{{ printed.started_on|day }}</td></tr>
<tr><th scope="row">Completed</th><td>{{ printed.completed_on|day }}</td></tr>
<tr><th scope="row">Issued</th><td>{{ printed.issued_at|date:"j F Y" }}</td></tr>
<tr><th scope="row">Refresh by</th><td>{{ printed.refresh_by|day }}</td></tr></table></div>
<p>Evidence of CPD. You decide with your regulator what counts; add your reflection.</p>
</div></div></body></html>"""


def measure_certificates(report: Callable[..., None]) -> None:
    """Report what a drawing costs.

    certificate.draw      CPU time, ms, median; floor: the plain drawing's; ratio aimed at: 0.3 or less.
    certificate.bytes     largest file of the names, logo included; floor: what seal and badge leave of 100 KB.
    certificate.growth    MB that the process grew over 2,000 drawings; floor: the 10 allowed.
    certificate.rss       MB of the process after them; floor: the 200 allowed.
    """
    warm_up()
    times = measure_in_turn({"plain": draw_plainly, "draw": lambda printed: draw(printed, Design())})
    floor = statistics.median(times["plain"])
    value = statistics.median(times["draw"])
    report("certificate.draw", value, "ms", floor, value / floor, len(times["draw"]))
    biggest = max(len(draw(sample(name), Design(logo=_logo()))) for name in NAMES)
    report("certificate.bytes", biggest, "bytes", MOST_BYTES, biggest / MOST_BYTES, len(NAMES))
    measure_memory(report)


def measure_in_turn(ways: dict[str, Callable[[Printed], object]]) -> dict[str, list[float]]:
    """Return CPU milliseconds of each way, each name in turn: further ways, seal and badge included, join here."""
    for way in ways.values():
        way(sample(NAMES[0]))
    spent = {name: [] for name in ways}
    gc.collect()
    gc.freeze()
    for number in range(ROUNDS):
        printed = sample(NAMES[number % len(NAMES)])
        for name, way in ways.items():
            begun = time.process_time()
            way(printed)
            spent[name].append((time.process_time() - begun) * 1000)
    return spent


def measure_memory(report: Callable[..., None]) -> None:
    for number in range(DRAWINGS // 10):
        draw(numbered(number), Design())
    before = resident_mb()
    for number in range(DRAWINGS):
        draw(numbered(number), Design())
    after = resident_mb()
    report(
        "certificate.growth",
        after - before,
        "MB",
        MOST_GROWTH_MB,
        (after - before) / MOST_GROWTH_MB,
        DRAWINGS,
    )
    report("certificate.rss", after, "MB", MOST_MB, after / MOST_MB, DRAWINGS)


def resident_mb() -> float:
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def sample(name: str) -> Printed:
    signatories = (Signatory("Rowan Adeyemi-Clark", "Programme manager"),)
    return replace(ordinary(signatories, "Thornwell Training Programme"), holder_name=name)


def numbered(number: int) -> Printed:
    """Return a certificate of which no other has the name, number and code."""
    name = f"{NAMES[number % len(NAMES)]} {number}"
    return replace(
        sample(name), number=f"FL-2026-{number:08}", check_url=f"{settings.SITE_URL}/verify/t/{number:022}/"
    )


def draw_plainly(printed: Printed) -> bytes:
    code = segno.make(printed.check_url, error="m", micro=False).svg_inline(scale=4)
    page = Template(PLAIN).render(
        Context(
            {"printed": printed, "faces": FACES, "sans": SANS, "serif": SERIF, "qr": code, "logo": _png()}
            | {"site": settings.SITE_URL.split("://", 1)[1]}
        )
    )
    return HTML(string=page, base_url=f"{settings.BASE_DIR}/static/").write_pdf(pdf_variant="pdf/a-3a")


@cache
def _png() -> str:
    return b64encode(_picture()).decode()


@cache
def _logo() -> Picture:
    return Picture(normalised(_picture(), LOGO), "image/jpeg", "Logo")


def _picture() -> bytes:
    image = Image.new("RGB", (900, 300), "white")
    ImageDraw.Draw(image).ellipse((30, 20, 870, 280), outline="#17493f", width=40)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()
