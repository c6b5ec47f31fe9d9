"""Refresh the vendored browser assets through the npm client.

Run ``python scripts/vendor.py`` after changing a version below or the icon list in ``foundation/ui/icons.txt``.
Only the files that pages use are kept; source maps and anything a browser would fetch from elsewhere are
taken out, and the script refuses to finish when such a reference is left.
"""

from __future__ import annotations

import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UI = ROOT / "src/zhanggui/foundation/ui"
STATIC = UI / "static/vendor"
TESTS = ROOT / "tests/web/vendor"

MIT = """MIT License

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


@dataclass(frozen=True)
class Asset:
    """One npm package: its version, where it goes, and which of its files are kept (source → name)."""

    package: str
    version: str
    licence: str
    target: Path
    files: dict[str, str]
    licence_files: tuple[str, ...] = ("LICENSE",)


ASSETS = (
    Asset(
        "@tabler/core",
        "1.6.1",
        "MIT",
        STATIC / "tabler",
        {"dist/css/tabler.min.css": "tabler.min.css", "dist/js/tabler.min.js": "tabler.min.js"},
        (),
    ),
    Asset(
        "echarts",
        "6.1.0",
        "Apache-2.0",
        STATIC / "echarts",
        # The Chinese and English texts are inside the bundle.
        {"dist/echarts.min.js": "echarts.min.js"},
        ("LICENSE", "NOTICE"),
    ),
    Asset("htmx.org", "2.0.11", "0BSD", STATIC / "htmx", {"dist/htmx.min.js": "htmx.min.js"}),
    Asset("@tabler/icons", "3.52.0", "MIT", STATIC / "tabler-icons", {}),
    Asset(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        TESTS / "axe-core",
        {"axe.min.js": "axe.min.js"},
        ("LICENSE", "LICENSE-3RD-PARTY.txt"),
    ),
)

_MAP = re.compile(r"(?m)^\s*(?://[#@]|/\*[#@])\s*sourceMappingURL=.*$|/\*[#@] sourceMappingURL=[^*]*\*/")
#: What a style sheet would load from another place.
_FETCH_CSS = re.compile(r"@import\b|url\(\s*[\"']?(?:https?:)?//", re.IGNORECASE)


def unpack(asset: Asset, work: Path) -> Path:
    """Download one package with the npm client and return the folder of its content."""
    spec = f"{asset.package}@{asset.version}"
    done = subprocess.run(
        ["npm", "pack", "--silent", "--pack-destination", str(work), spec], capture_output=True, text=True, check=True
    )
    archive = work / done.stdout.strip().splitlines()[-1]
    folder = work / asset.target.name
    with tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
    return folder / "package"


def clean(text: str, name: str) -> str:
    """The text without source map references; raises when a style sheet would still fetch something."""
    text = _MAP.sub("", text).rstrip() + "\n"
    if name.endswith(".css") and (found := _FETCH_CSS.search(text)):
        raise SystemExit(f"{name} would fetch from elsewhere: {text[found.start() : found.start() + 80]!r}")
    return text


def sprite(package: Path) -> str:
    """One SVG with a symbol per icon of ``icons.txt``; raises for a name the set does not have."""
    symbols = []
    for name in (UI / "icons.txt").read_text(encoding="utf-8").split():
        source = (package / "icons/outline" / f"{name}.svg").read_text(encoding="utf-8")
        paths = [p for p in re.findall(r"<(?:path|circle|rect|line)[^>]*/>", source) if 'stroke="none"' not in p]
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(paths)}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{chr(10).join(symbols)}\n</svg>\n'


def refresh(asset: Asset, work: Path) -> None:
    package = unpack(asset, work)
    asset.target.mkdir(parents=True, exist_ok=True)
    for old in asset.target.iterdir():
        old.unlink()
    for source, name in asset.files.items():
        text = clean((package / source).read_text(encoding="utf-8"), name)
        (asset.target / name).write_text(text, encoding="utf-8")
    if asset.package == "@tabler/icons":
        (asset.target / "sprite.svg").write_text(sprite(package), encoding="utf-8")
    if asset.licence_files:
        for name in asset.licence_files:
            (asset.target / name).write_text((package / name).read_text(encoding="utf-8"), encoding="utf-8")
    else:  # the package names its licence in the head of its files only
        head = (package / next(iter(asset.files))).read_text(encoding="utf-8")[:600]
        lines = "\n".join(line.strip(" *") for line in head.splitlines() if "Copyright" in line)
        (asset.target / "LICENSE").write_text(MIT.format(copyright=lines), encoding="utf-8")
    (asset.target / "VERSION").write_text(f"{asset.package} {asset.version} ({asset.licence})\n", encoding="utf-8")
    size = sum(f.stat().st_size for f in asset.target.iterdir())
    print(f"{asset.package} {asset.version}: {size / 1024:.0f} KB")


def main() -> None:
    for asset in ASSETS:
        with tempfile.TemporaryDirectory() as work:
            refresh(asset, Path(work))


if __name__ == "__main__":
    main()
