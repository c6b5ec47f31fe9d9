"""The root of the command line: lazy, one sentence on failure, the user's language."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from zhanggui.config import cli, language, output
from zhanggui.config.cli import Entry, run


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHANGGUI_LANG", "en")


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> dict[str, Entry]:
    """Commands of the tests beside the real ones."""
    entries = {
        **cli.commands(),
        "gone": Entry("zhanggui.nowhere:command", "A room not there.", "nothing"),
        "named": Entry("unit.config.test_cli:fails_by_name", "Fails by name.", "nothing"),
        "odd": Entry("unit.config.test_cli:fails_oddly", "Fails oddly.", "nothing"),
        "disk": Entry("unit.config.test_cli:fails_on_disk", "Fails on disk.", "nothing"),
    }
    monkeypatch.setattr(cli, "commands", lambda: entries)
    group = cli.typer.main.get_command(cli.app)
    monkeypatch.setattr(cli, "app", group)
    return entries


def fails_by_name(as_json: bool = cli.typer.Option(False, "--json")) -> None:
    raise output.CommandFailed("The printer is\n  out of paper.")


def fails_oddly() -> None:
    raise ZeroDivisionError("division by zero")


def fails_on_disk() -> None:
    Path("no such folder", "file").read_text()


def test_help_is_fast_and_imports_no_django() -> None:
    code = (
        "import sys; from zhanggui.config.cli import run; run(['--help']);"
        "sys.exit(sorted(m for m in sys.modules if m.split('.')[0] in {'django', 'polars', 'duckdb', 'huey'}) != [])"
    )
    seconds = []
    for _attempt in range(3):
        started = os.times()
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        ended = os.times()
        # Time on the processor: how long the machine lets it wait is not the command's doing.
        seconds.append(ended.children_user + ended.children_system - started.children_user - started.children_system)
        assert done.returncode == 0, done.stderr
        assert "import" in done.stdout
    assert min(seconds) < 0.5


def test_every_command_of_the_table_can_be_loaded() -> None:
    for name, entry in cli.commands().items():
        assert cli.load(entry, name).name == name


def test_every_command_speaks_json() -> None:
    for name, entry in cli.commands().items():
        command = cli.load(entry, name)
        leaves = list(getattr(command, "commands", {name: command}).values())
        for leaf in leaves:
            options = [o for p in leaf.params for o in p.opts]
            assert "--json" in options, f"{name} {leaf.name}"


def test_a_room_that_cannot_be_imported_fails_its_own_command_only(
    table: dict[str, Entry], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["gone"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The command “gone” cannot be loaded: No module named 'zhanggui.nowhere'")
    assert said.count("\n") == 1
    assert run(["--help"]) == 0
    assert "A room not there." in capsys.readouterr().out
    assert run(["version", "--json"]) == 0


def test_a_named_error_is_one_line(table: dict[str, Entry], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["named"]) == 1
    assert capsys.readouterr().err == "The printer is out of paper.\n"


def test_an_error_with_json_is_json(table: dict[str, Entry], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["named", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found == {"error": "CommandFailed", "message": "The printer is out of paper."}


def test_an_unexpected_error_shows_its_trace_only_when_asked(
    table: dict[str, Entry], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["odd"]) == 1
    said = capsys.readouterr().err
    assert "Traceback" not in said
    assert "ZeroDivisionError: division by zero" in said
    for arguments in (["--debug", "odd"], ["odd", "--debug"]):
        assert run(arguments) == 1
        assert "Traceback" in capsys.readouterr().err


def test_a_missing_file_is_named(table: dict[str, Entry], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["disk"]) == 1
    assert "no such folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "No such command 'nonsense'."),
        (["serve", "--port", "many"], "--port does not fit"),
        (["serve", "--wings"], "There is no option --wings."),
        (["export"], "table is missing."),
    ],
)
def test_wrong_use_is_code_two_with_where_to_look(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    found = capsys.readouterr().err
    assert said.lower() in found.lower()
    assert "--help" in found
    assert found.count("\n") == 1


def test_output_of_an_inner_command_can_be_taken(capsys: pytest.CaptureFixture[str]) -> None:
    taken = io.StringIO()
    assert run(["version", "--json"], out=taken) == 0
    assert json.loads(taken.getvalue())["python"].startswith("3.")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh_TW"}, "zh-hans"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN"}, "zh-hans"),
        ({"LANG": "zh_CN", "ZHANGGUI_LANG": "en"}, "en"),
        ({"LANG": "", "ZHANGGUI_LANG": "zh"}, "zh-hans"),
    ],
)
def test_the_language_follows_the_shell_or_the_users_wish(environment: dict[str, str], expected: str) -> None:
    assert language.preferred(environment) == expected


def test_the_command_speaks_chinese() -> None:
    env = {"ZHANGGUI_LANG": "zh", "PATH": "", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-m", "zhanggui", "nonsense"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "没有 'nonsense' 这个命令" in done.stderr
