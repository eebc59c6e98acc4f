"""Fetches the files of others that the console serves, and writes their checksums. Only this needs npm.

    python -m tools.vendor_assets            from the package registry, by tools/assets/package-lock.json
    python -m tools.vendor_assets FOLDER     from a node_modules folder that is there already

The versions stand in tools/assets/package.json, their integrity in the lock beside it. What is copied is committed,
with SHA256SUMS, so that an installation takes nothing from the network.
"""

import hashlib
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from tools.make_contracts import ROOT, SOURCE

ASSETS = ROOT / "tools" / "assets"
TARGET = SOURCE / "console" / "static" / "vendor"
SUMS = "SHA256SUMS"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "chart.js/dist/chart.umd.min.js": "chart.min.js",
    "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
    "@fontsource-variable/inter/LICENSE": "LICENSE.inter",
    "@tabler/icons/LICENSE": "LICENSE.tabler-icons",
    "htmx.org/LICENSE": "LICENSE.htmx",
    "chart.js/LICENSE.md": "LICENSE.chart",
}
SPRITE = "icons.svg"
ICONS = (
    "affiliate",
    "alert-triangle",
    "arrow-left",
    "bell",
    "books",
    "building-store",
    "check",
    "chevron-right",
    "circle-check",
    "clock",
    "coin",
    "file-search",
    "headset",
    "info-circle",
    "lifebuoy",
    "list-check",
    "logout",
    "messages",
    "moon",
    "player-pause",
    "player-play",
    "repeat",
    "route",
    "search",
    "sparkles",
    "stairs-up",
    "sun",
    "user",
)
"""The icons that the pages use: one symbol each in the sprite."""


def fetched(folder: pathlib.Path) -> pathlib.Path:
    """Installs what the lock names into the folder, running no scripts; gives back its node_modules."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ASSETS / name, folder)
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], check=True, cwd=folder)
    return folder / "node_modules"


def sprite(modules: pathlib.Path) -> str:
    """One SVG with a symbol per icon, drawn in the colour of the text around it."""
    symbols = []
    for name in ICONS:
        text = (modules / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        shapes = re.findall(r"<(?:path|circle|rect|line) [^>]*/>", text)
        drawn = "".join(shape for shape in shapes if 'stroke="none"' not in shape)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


def sums(folder: pathlib.Path = TARGET) -> str:
    """The checksums of all files of the folder, as sha256sum writes them."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files)


def copy(modules: pathlib.Path) -> None:
    """Fills the target folder from a node_modules folder."""
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    for source, name in FILES.items():
        shutil.copyfile(modules / source, TARGET / name)
    (TARGET / SPRITE).write_text(sprite(modules))
    (TARGET / SUMS).write_text(sums())


def main() -> int:
    """Fetches and copies."""
    if len(sys.argv) > 1:
        copy(pathlib.Path(sys.argv[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        copy(fetched(pathlib.Path(folder)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
