"""The house is as drawn; and every check turns red on a planted violation."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from architecture import checks

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "zhanggui"
IMPORTLINTER = ROOT / ".importlinter"


def tables() -> dict[str, str]:
    own = [m for m in apps.get_models() if m.__module__.startswith("zhanggui.")]
    return {m._meta.db_table: checks.room_of(m.__module__) for m in own}


def owners() -> list[Path]:
    import extract_messages

    return extract_messages.owners(SOURCE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the source without its vendored files, to plant violations in."""
    target = tmp_path / "zhanggui"
    shutil.copytree(SOURCE, target, ignore=shutil.ignore_patterns("vendor", "__pycache__", "*.mo"))
    return target


def test_every_foreign_key_points_to_its_own_room_or_down() -> None:
    assert checks.foreign_keys(apps.get_models(), checks.layer_order(IMPORTLINTER)) == []


@pytest.mark.parametrize(
    ("label", "module", "target", "is_wrong"),
    [
        ("jobs", "zhanggui.foundation.jobs.models", "orders.Order", True),
        ("orders", "zhanggui.trade.orders.models", "settlement.Entry", True),
        ("settlement", "zhanggui.trade.settlement.models", "channels.ImportedFile", True),
        ("orders", "zhanggui.trade.orders.models", "accounts.Shop", False),
    ],
)
def test_a_foreign_key_that_points_up_or_aside_is_found(label: str, module: str, target: str, is_wrong: bool) -> None:
    other = _model(target)
    with isolate_apps():
        meta = type("Meta", (), {"app_label": label})
        key = models.ForeignKey(other, on_delete=models.CASCADE, related_name="+")
        planted = type("Planted", (models.Model,), {"__module__": module, "Meta": meta, "key": key})
        found = checks.foreign_keys([planted], checks.layer_order(IMPORTLINTER))
    assert bool(found) is is_wrong


def _model(label: str) -> type[models.Model]:
    """A model of that room, whatever it is called today."""
    room = label.split(".")[0]
    return next(iter(apps.get_app_config(room).get_models()))


def test_no_raw_sql_names_a_table_of_another_room() -> None:
    assert checks.raw_sql(SOURCE, tables()) == []


def test_raw_sql_over_the_wall_is_found(copy: Path) -> None:
    name = next(t for t, room in tables().items() if room == "foundation.accounts")
    (copy / "desk" / "planted.py").write_text(f'QUERY = "SELECT id FROM {name} WHERE id = 1"\n')
    (copy / "foundation" / "accounts" / "planted.py").write_text(f'QUERY = "SELECT id FROM {name}"\n')
    assert checks.raw_sql(copy, tables()) == [f"desk/planted.py:1 names {name} of foundation.accounts"]


def _plant(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


CHECKS: dict[str, tuple[Callable[[Path], list[str]], str, str]] = {
    "another room's template": (
        checks.foreign_templates,
        "desk/templates/desk/planted.html",
        '{% include "jobs/fragments/state.html" %}',
    ),
    "a path of this machine": (
        checks.machine_paths,
        "desk/planted.py",
        "from pathlib import Path\nP = Path('/srv/x')\n",
    ),
    "a system folder": (checks.machine_paths, "desk/planted.py", "PLACE = '/home/somebody/data.csv'\n"),
    "a room without furniture": (checks.unfurnished_rooms, "goods/catalog/apps.py", 'class C:\n    label = "other"\n'),
    "a script of another host": (
        checks.other_hosts,
        "desk/templates/desk/planted.html",
        '<script src="https://cdn.example/x.js"></script>',
    ),
    "a style of another host": (checks.other_hosts, "desk/static/desk/x.css", "@import '//fonts.example/a.css';"),
    "a request to another host": (checks.other_hosts, "desk/static/desk/x.js", "fetch(`https://api.example/a`)"),
    "a rule that looks at the clock": (
        checks.clocks,
        "foundation/jobs/domain/planted.py",
        "from datetime import datetime\nNOW = datetime.now()\n",
    ),
    "a kernel with dependencies": (checks.kernel_imports, "kernel/planted.py", "import polars\n"),
}


@pytest.mark.parametrize("name", CHECKS)
def test_the_house_is_as_drawn(name: str) -> None:
    check, _path, _text = CHECKS[name]
    assert check(SOURCE) == []


@pytest.mark.parametrize("name", CHECKS)
def test_a_planted_violation_is_found(name: str, copy: Path) -> None:
    check, path, text = CHECKS[name]
    _plant(copy / path, text)
    found = check(copy)
    assert any(Path(path).name in line or Path(path).parent.name in line for line in found), found


@pytest.mark.parametrize("owner", owners(), ids=lambda p: p.relative_to(SOURCE).as_posix())
def test_every_text_has_its_chinese(owner: Path) -> None:
    assert checks.catalogue_gaps(owner) == []


def test_gaps_of_a_catalogue_are_found(tmp_path: Path) -> None:
    room = tmp_path / "stall"
    _plant(
        room / "views.py",
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        "A = _('Known')\nB = _('Missing')\nC = pgettext('verb', 'Close')\n"
        "D = _('Empty')\nE = _('Fuzzy')\nF = _('%(n)s rows')\n",
    )
    _plant(room / "templates/stall/x.html", '{% load i18n %}<p title="{% translate "In a template" %}"></p>')
    _plant(
        room / "locale/zh_Hans/LC_MESSAGES/django.po",
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Known"\nmsgstr "知道"\n\nmsgid "Close"\nmsgstr "近"\n\nmsgid "Empty"\nmsgstr ""\n\n'
        '#, fuzzy\nmsgid "Fuzzy"\nmsgstr "模糊"\n\n#, python-format\nmsgid "%(n)s rows"\nmsgstr "%(m)s 行"\n',
    )
    found = checks.catalogue_gaps(room)
    gaps = ["'Missing' of", "'Close' of", "'In a template' of", "'Empty' is not", "'Fuzzy' is", "'%(n)s rows' has"]
    for text in gaps:
        assert any(text in line for line in found), (text, found)
    assert not any("Known" in line for line in found)
    assert len(found) == len(gaps)


def test_no_file_is_larger_than_three_megabytes() -> None:
    assert checks.large_files(ROOT) == []


def test_a_large_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_bytes(b"x" * 10)
    (tmp_path / "large.bin").write_bytes(b"x" * 11)
    assert checks.large_files(tmp_path, largest=10) == ["large.bin has 11 bytes"]


def test_every_room_is_under_the_import_contracts() -> None:
    assert checks.unguarded_rooms(SOURCE, IMPORTLINTER) == []


def test_a_new_room_without_contracts_is_found(copy: Path) -> None:
    _plant(copy / "goods/attic/apps.py", 'class C:\n    label = "attic"\n')
    _plant(copy / "goods/attic/models.py", "")
    found = [line for line in checks.unguarded_rooms(copy, IMPORTLINTER) if line.startswith("goods.attic")]
    assert len(found) == 2  # neither inside the shape nor with private tables


def test_every_setting_is_described() -> None:
    folders = [ROOT / "src", ROOT / "scripts", ROOT / "tests"]
    assert checks.undocumented_settings(folders, ROOT / "docs/reference/settings.md") == []


def test_an_undescribed_setting_is_found(tmp_path: Path) -> None:
    _plant(tmp_path / "code/x.py", "import os\nos.environ['ZHANGGUI_' 'X']\nos.environ['ZHANGGUI_COLOUR']\n")
    _plant(tmp_path / "settings.md", "| `ZHANGGUI_HOME` | … |")
    found = checks.undocumented_settings([tmp_path / "code"], tmp_path / "settings.md")
    assert found == ["ZHANGGUI_COLOUR (in x.py) is not described"]


def test_no_link_of_the_documents_is_dead() -> None:
    assert checks.dead_links(ROOT) == []


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    _plant(tmp_path / "a.md", "[here](b.md) [there](c.md) [out](https://example.org/x) [part](#top)")
    _plant(tmp_path / "b.md", "")
    assert checks.dead_links(tmp_path) == ["a.md -> c.md"]
