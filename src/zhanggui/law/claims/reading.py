"""The shipped rule packs and the compiled checker of a day, made once per process and shared by its threads."""

from __future__ import annotations

import threading
import tomllib
from datetime import date
from functools import cache
from importlib import resources

import opencc
import rjieba

from zhanggui.law.claims.contracts import PackInfo
from zhanggui.law.claims.domain.engine import Checker
from zhanggui.law.claims.domain.normal import Normaliser
from zhanggui.law.claims.domain.packs import Pack, parse_pack

_LOCK = threading.Lock()
_CHECKERS: dict[tuple[date, ...], Checker] = {}


@cache
def shipped_packs() -> tuple[Pack, ...]:
    """Every pack in ``data/``, by date of force then name."""
    found = [
        parse_pack(tomllib.loads(entry.read_text(encoding="utf-8")), entry.name.removesuffix(".toml"))
        for entry in (resources.files("zhanggui.law.claims") / "data").iterdir()
        if entry.name.endswith(".toml")
    ]
    return tuple(sorted(found, key=lambda p: (p.in_force, p.name)))


@cache
def normaliser() -> Normaliser:
    """Single characters from traditional to simplified, as OpenCC has them."""
    chars = [chr(code) for code in range(0x4E00, 0xA000)]
    plain = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return Normaliser({a: b for a, b in zip(chars, plain, strict=True) if a != b and len(b) == 1})


def cut(text: str) -> list[str]:
    words: list[str] = rjieba.cut(text, False)
    return words


def checker(on: date) -> Checker:
    """The checker of a day; days between the same changes of law share one."""
    key = _era(on)
    found = _CHECKERS.get(key)
    if found is None:
        with _LOCK:
            found = _CHECKERS.get(key)
            if found is None:
                found = Checker(shipped_packs(), on, normaliser=normaliser(), cut=cut)
                _CHECKERS[key] = found
    return found


@cache
def _era(on: date) -> tuple[date, ...]:
    days: set[date] = set()
    for pack in shipped_packs():
        days.update(d for d in (pack.in_force, pack.until) if d)
        for rule in pack.rules:
            days.update(d for d in (rule.in_force, rule.until) if d)
        for dated in pack.bases.values():
            days.update(d for first, until, _basis in dated for d in (first, until) if d)
    return tuple(sorted(d for d in days if d <= on))


def pack_infos(on: date) -> list[PackInfo]:
    """What the overview of rules shows."""
    return [
        PackInfo(
            name=pack.name,
            title=pack.title,
            version=pack.version,
            in_force=pack.in_force,
            until=pack.until,
            source=pack.source,
            rules=len(pack.rules),
            terms=sum(len(rule.terms) + len(rule.alone) for rule in pack.rules),
            contexts=len(pack.guards),
            active=pack.in_force <= on and (pack.until is None or on < pack.until),
            laws=tuple(sorted({basis.law for dated in pack.bases.values() for _f, _u, basis in dated})),
        )
        for pack in shipped_packs()
    ]
