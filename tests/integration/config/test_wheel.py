"""The wheel alone is enough: it holds every file of the package, and the compiled catalogues."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GENERATED = {".pyc", ".mo", ".db"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, as from an unpacked source archive."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "source"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
    (copy / "scripts").mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE", "scripts/compile_messages.py"):
        shutil.copy(ROOT / name, copy / name)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


def test_it_holds_every_file_of_the_package(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src"
    wanted = {
        p.relative_to(source).as_posix()
        for p in source.rglob("*")
        if p.is_file() and p.suffix not in GENERATED and not p.name.startswith(".")
    }
    assert wanted - inside == set()


def test_it_holds_the_compiled_catalogues(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    catalogues = [p.with_suffix(".mo").relative_to(ROOT / "src").as_posix() for p in (ROOT / "src").rglob("*.po")]
    assert catalogues
    assert set(catalogues) - inside == set()


def test_it_offers_the_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    entry = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))
    assert "zhanggui = zhanggui.config.cli:main" in archive.read(entry).decode()
