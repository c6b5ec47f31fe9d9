"""What the house must look like and imports cannot show. Each check returns findings; none means all is well.

A check reads a source tree (``…/zhanggui``), so that a test can show it a copy with a planted violation.
"""

from __future__ import annotations

import ast
import configparser
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

#: The floors from the top; what stands on one line may not know each other.
FLOORS = [
    {"config"},
    {"desk", "storefront", "firm"},
    {"processes"},
    {"insight"},
    {"traffic", "people", "supply", "trade"},
    {"goods"},
    {"law"},
    {"foundation"},
    {"kernel"},
]
#: Files larger than this do not belong into the repository.
LARGEST_BYTES = 3_000_000
#: A backup copies every table, and proves on the copy, which no model reads, that it holds what it should.
WHOLE_DATABASE = ("foundation/files/databases/", "foundation/files/operations/restore.py")
#: Templates every room may build on.
SHARED_TEMPLATES = ("ui/", "cotton/")


def floor_of(module: str) -> int:
    """Position of the floor of ``zhanggui.<floor>…`` from the top."""
    name = module.split(".")[1]
    return next(n for n, floor in enumerate(FLOORS) if name in floor)


def room_of(module: str) -> str:
    """``zhanggui.trade.orders.models`` -> ``trade.orders``; a floor that is one room is its own room."""
    parts = module.split(".")
    return parts[1] if parts[1] in {"config", "desk", "processes", "kernel"} else ".".join(parts[1:3])


def rooms(source: Path) -> list[Path]:
    """Every package that is a room: it has an ``apps.py``."""
    return sorted(path.parent for path in source.rglob("apps.py"))


def python_files(source: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(source.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def layer_order(importlinter: Path) -> dict[str, int]:
    """Room -> layer among the rooms of its floor (0 is the top), as declared in ``.importlinter``."""
    parser = configparser.ConfigParser(comment_prefixes=(";", "#"))
    parser.read(importlinter, encoding="utf-8")
    order = {}
    for section in parser.sections():
        if section.startswith("importlinter:contract:rooms-"):
            floor = parser[section]["containers"].strip().removeprefix("zhanggui.")
            for n, line in enumerate(parser[section]["layers"].strip().splitlines()):
                for room in re.split(r"[|:]", line):
                    order[f"{floor}.{room.strip()}"] = n
    return order


def foreign_keys(models: Iterable[Any], order: dict[str, int]) -> list[str]:
    """Relations that point to another room of the same floor (unless declared lower there) or to a higher floor."""
    found = []
    for model in models:
        if not model.__module__.startswith("zhanggui."):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "remote_field", None) and field.remote_field.model
            if not field.concrete or target is None or not target.__module__.startswith("zhanggui."):
                continue
            here, there = model.__module__, target.__module__
            mine, other = room_of(here), room_of(there)
            lower_floor = floor_of(there) > floor_of(here)
            lower_room = floor_of(there) == floor_of(here) and order.get(other, -1) > order.get(mine, 10**6)
            if mine != other and not lower_floor and not lower_room:
                found.append(f"{model._meta.label}.{field.name} points to {target._meta.label}")
    return found


def raw_sql(source: Path, tables: dict[str, str]) -> list[str]:
    """SQL text in a room that names a table of another room. ``tables``: table name -> room."""
    sql = re.compile(r"\b(select|insert|update|delete|from|join|into|truncate|table)\b", re.IGNORECASE)
    names = re.compile(r"\b(" + "|".join(sorted(map(re.escape, tables), key=len, reverse=True)) + r")\b")
    found = []
    for path, tree in python_files(source):
        if "migrations" in path.parts or path.relative_to(source).as_posix().startswith(WHOLE_DATABASE):
            continue
        here = room_of(".".join(["zhanggui", *path.relative_to(source).with_suffix("").parts]))
        docs = {id(d) for d in _docstrings(tree)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in docs:
                continue
            if not sql.search(node.value):
                continue
            place = f"{path.relative_to(source)}:{node.lineno}"
            found += [f"{place} names {n} of {tables[n]}" for n in names.findall(node.value) if tables[n] != here]
    return found


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        first = body[0].value if isinstance(body, list) and body and isinstance(body[0], ast.Expr) else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first


def foreign_templates(source: Path) -> list[str]:
    """Templates that include or extend a template of another room."""
    tag = re.compile(r"""\{%-?\s*(?:include|extends)\s+["']([^"']+)["']""")
    found = []
    for room in rooms(source):
        own = {path.name + "/" for path in (room / "templates").glob("*") if path.is_dir()}
        for path in sorted(room.glob("templates/**/*.html")):
            used = [name for name in tag.findall(path.read_text(encoding="utf-8")) if "/" in name]
            strange = [name for name in used if not name.startswith((*SHARED_TEMPLATES, *own))]
            found += [f"{path.relative_to(source)} uses {name}" for name in strange]
    return found


def machine_paths(folder: Path) -> list[str]:
    """Absolute paths of some machine in Python code: ``Path("/…")`` or text that starts with a system folder."""
    system = re.compile(r"^/(home|root|work|tmp|usr|var|opt|etc|mnt|Users)/")
    found = []
    for path, tree in python_files(folder):
        for node in ast.walk(tree):
            bad = None
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Path":
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and str(first.value).startswith("/"):
                    bad = first.value
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and system.match(node.value):
                bad = node.value
            if bad is not None:
                found.append(f"{path.relative_to(folder)}:{node.lineno} {bad!r}")
    return found


def unfurnished_rooms(source: Path) -> list[str]:
    """Rooms without a README that says something, or whose app label is not their name."""
    found = []
    for room in rooms(source):
        name = room.relative_to(source).as_posix()
        readme = room / "README.md"
        if not readme.exists() or len(readme.read_text(encoding="utf-8").split()) < 30:
            found.append(f"{name} has no README.md that says what it owns, never does and keeps true")
        if not re.search(rf'^\s+label = "{room.name}"$', (room / "apps.py").read_text(encoding="utf-8"), re.MULTILINE):
            found.append(f"{name}: the label in apps.py is not {room.name!r}")
    return found


def other_hosts(source: Path) -> list[str]:
    """Own templates, styles and scripts that make the browser ask another host."""
    patterns = [
        re.compile(r"""\b(?:src|href|action|srcset|poster|data|hx-[a-z]+)\s*=\s*["']?\s*(?:https?:)?//[^\s"'>]+"""),
        re.compile(r"""url\(\s*["']?\s*(?:https?:)?//[^)]+"""),
        re.compile(r"""@import\s+["'](?:https?:)?//[^"']+"""),
        re.compile(r"""\b(?:fetch|import|open|EventSource|WebSocket|Worker)\(\s*["'`](?:https?:|wss?:)?//[^"'`]+"""),
    ]
    found = []
    for path in sorted(source.rglob("*")):
        if path.suffix not in {".html", ".css", ".js", ".svg"} or "vendor" in path.parts:
            continue
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for pattern in patterns:
                found += [f"{path.relative_to(source)}:{n} {hit}" for hit in pattern.findall(line)]
    return found


def catalogue_gaps(owner: Path) -> list[str]:
    """Texts of a room that its Chinese catalogue lacks, leaves empty, marks fuzzy or gives other placeholders."""
    import extract_messages

    name = owner.name
    used = extract_messages.texts(owner)
    known = extract_messages.catalogue(owner)
    if known is None:
        return [f"{name}: no catalogue, but {len(used)} texts"] if used else []
    found, have = [], set()
    for message in known:
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        have.add((message.context or "", ids[0]))
        if not all(texts):
            found.append(f"{name}: {ids[0]!r} is not translated")
        elif message.fuzzy:
            found.append(f"{name}: {ids[0]!r} is marked fuzzy")
        else:
            wanted = {frozenset(_placeholders(i)) for i in ids}
            if any(frozenset(_placeholders(t)) not in wanted for t in texts):
                found.append(f"{name}: {ids[0]!r} has other placeholders in its translation")
    found += [f"{name}: {text.text!r} of {text.place} is not in the catalogue" for text in used if text.key not in have]
    return found


def _placeholders(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)[sd]|\{\w*(?=[:.}!])", text)


def large_files(root: Path, largest: int = LARGEST_BYTES) -> list[str]:
    """Files under version control (or, without it, below ``root``) that are too large."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False)
    if listed.returncode == 0:
        paths = [root / name for name in listed.stdout.decode().split("\0") if name]
    else:
        paths = [p for p in root.rglob("*") if ".venv" not in p.parts]
    sizes = [(p, p.stat().st_size) for p in paths if p.is_file()]
    return [f"{p.relative_to(root)} has {size:,} bytes" for p, size in sizes if size > largest]


def clocks(source: Path) -> list[str]:
    """Rules that look at the clock: ``now``, ``today`` or ``utcnow`` of datetime and date in kernel and domain."""
    found = []
    for path, tree in python_files(source):
        parts = path.relative_to(source).parts
        if parts[0] != "kernel" and "domain" not in parts:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                owner = node.func.value
                owner_name = getattr(owner, "id", getattr(owner, "attr", ""))
                if node.func.attr in {"now", "today", "utcnow"} and owner_name in {"datetime", "date", "timezone"}:
                    found.append(f"{'/'.join(parts)}:{node.lineno} {owner_name}.{node.func.attr}()")
    return found


def kernel_imports(source: Path) -> list[str]:
    """What the kernel imports besides the standard library and itself."""
    found = []
    for path, tree in python_files(source / "kernel"):
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module]
            strange = [n for n in names if n.split(".")[0] not in sys.stdlib_module_names]
            strange = [n for n in strange if not n.startswith("zhanggui.kernel")]
            found += [f"{path.name}:{node.lineno} imports {n}" for n in strange]
    return found


def unguarded_rooms(source: Path, importlinter: Path) -> list[str]:
    """Rooms that the import contracts do not cover: inner shape, and private tables where there are tables."""
    text = importlinter.read_text(encoding="utf-8")
    own_shape = {"foundation.ui", "processes", "desk"}
    found = []
    for room in rooms(source):
        name = room.relative_to(source).as_posix().replace("/", ".")
        inside = re.search(rf"^    zhanggui\.{re.escape(name)}$", text, re.MULTILINE)
        if name not in own_shape and not inside:
            found.append(f"{name} is not under the contract “inside”")
        has_tables = (room / "models.py").exists() or (room / "models").is_dir()
        if has_tables and f"protected_modules = zhanggui.{name}.models" not in text:
            found.append(f"{name} has tables and no contract that keeps them private")
    return found


def undocumented_settings(folders: Iterable[Path], reference: Path) -> list[str]:
    """Environment variables of ours that the code reads and the reference does not name."""
    used: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".py", ".sh"} and "architecture" not in path.parts:
                for name in re.findall(r"ZHANGGUI_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")):
                    used.setdefault(name, path.name)
    known = set(re.findall(r"`(ZHANGGUI_[A-Z_]*[A-Z])`", reference.read_text(encoding="utf-8")))
    return [f"{name} (in {used[name]}) is not described" for name in sorted(set(used) - known)]


def dead_links(root: Path) -> list[str]:
    """Links of the Markdown files under version control that lead to no file."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.md"], cwd=root, capture_output=True, check=False)
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    pages = [root / n for n in names if n] or sorted(root.rglob("*.md"))
    found = []
    for page in pages:
        targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
        found += [f"{page.relative_to(root)} -> {t}" for t in targets if not (page.parent / t).exists()]
    return found
