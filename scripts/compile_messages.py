"""Compile the .po catalogues beside them into .mo files; also the hatchling build hook that does so for wheels."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent / "src"


def compile_all(root: Path = ROOT) -> int:
    """Write a .mo beside every .po below ``root``; returns how many were written."""
    count = 0
    for po in sorted(root.rglob("*.po")):
        with po.open("rb") as file:
            catalog = read_po(file, locale=po.parent.parent.name)
        with po.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        count += 1
    return count


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    pass
else:

    class CompileMessages(BuildHookInterface):  # type: ignore[type-arg]
        def initialize(self, version: str, build_data: dict[str, object]) -> None:
            compile_all(Path(self.root) / "src")


if __name__ == "__main__":
    print(f"{compile_all()} catalogues compiled")
