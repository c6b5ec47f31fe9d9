"""The import contracts of ``.importlinter`` hold; and each turns red on a planted violation."""

from __future__ import annotations

import configparser
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Contract -> files to plant (path below ``zhanggui``, content).
PLANTS: dict[str, dict[str, str]] = {
    "floors": {"kernel/planted.py": "import zhanggui.trade.orders.contracts\n"},
    "rooms-foundation": {"foundation/audit/domain/planted.py": "import zhanggui.foundation.jobs.contracts\n"},
    "rooms-goods": {"goods/catalog/domain/planted.py": "import zhanggui.goods.promotions.models\n"},
    "rooms-supply": {"supply/inventory/domain/planted.py": "import zhanggui.supply.purchasing.models\n"},
    "rooms-traffic": {"traffic/ads/domain/planted.py": "import zhanggui.traffic.visits.models\n"},
    "rooms-insight": {"insight/metrics/domain/planted.py": "import zhanggui.insight.reports.models\n"},
    "rooms-trade": {"trade/orders/domain/planted.py": "import zhanggui.trade.settlement.contracts\n"},
    "channels-alone": {"trade/channels/domain/planted.py": "import zhanggui.trade.orders.contracts\n"},
    "inside": {"foundation/jobs/domain/planted.py": "import zhanggui.foundation.jobs.models\n"},
    "pure": {"foundation/jobs/domain/planted.py": "import random\n"},
    "acyclic": {
        "kernel/planted_one.py": "import zhanggui.kernel.planted_two\n",
        "kernel/planted_two.py": "import zhanggui.kernel.planted_one\n",
    },
}
#: Further ways to break the same contracts.
MORE = {
    "floors": {"annex/__init__.py": ""},  # a floor that is not drawn
    "inside": {"foundation/jobs/helpers.py": ""},  # a file with no place in the shape of a room
    "pure": {"kernel/planted.py": "import django\n"},
}


def contracts() -> list[str]:
    parser = configparser.ConfigParser(comment_prefixes=(";", "#"))
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return [s.rpartition(":")[2] for s in parser.sections() if s.startswith("importlinter:contract:")]


def private_rooms() -> dict[str, str]:
    parser = configparser.ConfigParser(comment_prefixes=(";", "#"))
    parser.read(ROOT / ".importlinter", encoding="utf-8")
    return {
        name: parser[f"importlinter:contract:{name}"]["protected_modules"]
        for name in contracts()
        if name.startswith("private-")
    }


def lint(folder: Path, *contract: str) -> subprocess.CompletedProcess[str]:
    arguments = [part for name in contract for part in ("--contract", name)]
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    return subprocess.run(
        [*command, str(folder / ".importlinter"), "--no-cache", "--no-logo", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code alone, in another place."""
    folder = tmp_path_factory.mktemp("tree")
    keep = shutil.ignore_patterns("static", "templates", "locale", "__pycache__", "*.md")
    shutil.copytree(ROOT / "src" / "zhanggui", folder / "src" / "zhanggui", ignore=keep)
    shutil.copy(ROOT / ".importlinter", folder)
    return folder


def broken(tree: Path, contract: str, files: dict[str, str]) -> str:
    """Plant, check this one contract, clear away; returns what the check said."""
    planted = []
    try:
        for name, text in files.items():
            path = tree / "src" / "zhanggui" / name
            assert not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            planted.append(path)
        done = lint(tree, contract)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "0 kept, 1 broken" in done.stdout
        return done.stdout
    finally:
        for path in planted:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()


def test_all_contracts_hold(tree: Path) -> None:
    done = lint(tree)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_contract_has_a_planted_violation() -> None:
    assert set(contracts()) == set(PLANTS) | set(private_rooms())


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_violation_turns_the_contract_red(tree: Path, contract: str) -> None:
    assert "planted" in broken(tree, contract, PLANTS[contract])


@pytest.mark.parametrize("contract", MORE)
def test_another_way_to_break_it_is_seen_too(tree: Path, contract: str) -> None:
    broken(tree, contract, MORE[contract])


def test_the_tables_of_a_room_cannot_be_imported_from_elsewhere(tree: Path) -> None:
    """All rooms in one run of the linter: every single contract must turn red."""
    rooms = private_rooms()
    planted = tree / "src" / "zhanggui" / "desk" / "planted.py"
    planted.write_text("".join(f"import {module}\n" for module in rooms.values()), encoding="utf-8")
    try:
        done = lint(tree, *rooms)
    finally:
        planted.unlink()
    assert done.returncode == 1
    assert f"0 kept, {len(rooms)} broken" in done.stdout
    for module in rooms.values():
        said = (f"zhanggui.desk.planted -> {module}", f"{module} from zhanggui.desk.planted")
        assert any(text in done.stdout for text in said)
