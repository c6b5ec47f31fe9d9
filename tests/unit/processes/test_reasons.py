"""Every code with which a row can be refused has a sentence, in both languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import zhanggui
from zhanggui.processes.importing.reasons import SENTENCES, code_of, sentence

TRADE = Path(zhanggui.__file__).parent / "trade"
#: Call → position of the reason, also given as a keyword.
CALLS = {"Reject": 3, "Refusal": 6, "RefundRefusal": 3, "EntryRefusal": 3, "refuse": 3}


def texts(node: ast.expr | None) -> Iterator[str]:
    """The texts an expression may be: constants, either side of a choice, f-strings with words for their holes."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(v.value) if isinstance(v, ast.Constant) else "something" for v in node.values)


def reasons_in(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = CALLS.get(name)
            if at is not None:
                given = node.args[at] if len(node.args) > at else None
                keyword = next((k.value for k in node.keywords if k.arg == "reason"), None)
                yield from texts(given or keyword)
                if isinstance(given, ast.Call):  # a table of reasons with a default
                    yield from texts(given.args[-1])
        elif isinstance(node, ast.Assign):
            names = {getattr(t, "id", "") for t in node.targets}
            if "reason" in names:
                yield from texts(node.value)
            if "_REASONS" in names and isinstance(node.value, ast.Dict):
                for value in node.value.values:
                    yield from texts(value)
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Tuple):
            places = [n for n, t in enumerate(node.target.elts) if getattr(t, "id", "") == "reason"]
            if places and isinstance(node.iter, ast.Tuple):
                for row in node.iter.elts:
                    if isinstance(row, ast.Tuple):
                        yield from texts(row.elts[places[0]])


def emitted() -> dict[str, str]:
    """Every reason written down anywhere in the floor that reads and keeps files, with the place."""
    found = {}
    for path in sorted(TRADE.rglob("*.py")):
        for reason in reasons_in(ast.parse(path.read_text(encoding="utf-8"))):
            # a refused step backward is told on the order's page, it refuses no row
            if not reason.startswith("moves back"):
                found[reason] = path.relative_to(TRADE).as_posix()
    return found


def test_the_search_finds_what_it_must():
    found = emitted()
    assert {"id_damaged", "missing", "encoding", "too_few_cells", "stray_quote", "unreadable"} <= set(found)
    assert {"something is empty", "the amount is empty", "neither refund nor order number"} <= set(found)


def test_no_reason_lacks_a_sentence():
    lacking = {reason: place for reason, place in emitted().items() if code_of(reason) not in SENTENCES}
    assert lacking == {}


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_one_clear_sentence_in_either_language(code):
    zh, en = sentence(code, "zh-hans"), sentence(code, "en")
    assert zh.endswith("。")
    assert en.endswith(".")
    assert en.isascii()
    assert 6 <= len(zh) <= 80
    assert len(en) <= 160


def test_a_code_without_a_sentence_reads_as_itself():
    assert sentence("brand_new", "zh") == "brand_new"


def test_a_planted_code_is_noticed():
    tree = ast.parse('rejects.append(Reject(row, "c", "v", "never_explained"))')
    assert list(reasons_in(tree)) == ["never_explained"]
    assert code_of("never_explained") not in SENTENCES
