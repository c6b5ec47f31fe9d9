"""Detectors: plain functions over what the rooms tell, registered with what they need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from zhanggui.foundation.accounts.contracts import ShopInfo
from zhanggui.foundation.accounts.domain.permissions import PERMISSIONS, ROLES
from zhanggui.foundation.loop.contracts.finding import Found
from zhanggui.foundation.loop.contracts.words import Words
from zhanggui.foundation.loop.domain.findings import SEVERITIES

_CODE: Final = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$")


class BadDetector(ValueError):
    """A detector or kind that was declared wrongly, or reports what it did not declare."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: whom it calls, how it looks, what a reader must hold to follow it.

    ``title`` is a message of the room's catalogue (mark it with ``gettext_noop``), ``why`` says in one sentence what is
    looked at and when it is reported: the answer to *why am I seeing this*.
    """

    code: str
    title: str
    roles: frozenset[str]
    severity: str = "warn"
    icon: str = "alert-triangle"
    permission: str = "home.view"
    why: str = ""
    #: code of the action that helps, offered as the main act
    action: str = ""

    def __post_init__(self) -> None:
        unknown = self.roles - set(ROLES)
        if not _CODE.match(self.code) or unknown or not self.roles or self.severity not in SEVERITIES:
            raise BadDetector(f"kind {self.code!r}: code, roles {sorted(unknown)} or severity {self.severity!r}")
        if self.permission not in PERMISSIONS:
            raise BadDetector(f"kind {self.code}: no permission {self.permission!r}")


@dataclass
class Scan:
    """One run of a detector: where to look, since when, and what it says it has looked at.

    A **full** run (``since`` None) looks at everything in ``shop_ids``; what it does not find again is gone.
    An **incremental** run looks at what changed after ``since`` (the text the detector left in ``mark`` at its last
    complete run) and names every subject it examined with :meth:`examined`: only those can be gone.
    """

    now: datetime
    shops: tuple[ShopInfo, ...] = ()
    since: str | None = None
    #: Where the next incremental run begins; kept only when this run ends well.
    mark: str | None = None
    seen: dict[str, set[str]] = field(default_factory=dict)
    #: Shops about which nothing can be said this time (no data): their findings stay as they are.
    blind: set[int] = field(default_factory=set)
    checked: list[dict[str, Any]] = field(default_factory=list)

    @property
    def shop_ids(self) -> frozenset[int]:
        return frozenset(s.id for s in self.shops)

    @property
    def is_full(self) -> bool:
        return self.since is None

    def examined(self, subject_type: str, ids: Iterable[str]) -> None:
        """These subjects were looked at in full: their findings that are not reported again are gone."""
        self.seen.setdefault(subject_type, set()).update(ids)

    def cannot_tell(self, shop_id: int) -> None:
        """Nothing can be said about this shop now (its data is missing): its findings are left alone."""
        self.blind.add(shop_id)

    def looked_at(self, what: Words, numbers: Mapping[int, int]) -> None:
        """For the page with nothing to do: ``phrase("%(n)s orders looked at", n=0)`` and how many per shop id; every
        reader is told the sum over their own shops."""
        self.checked.append({**what.as_json(), "shops": {str(shop): n for shop, n in numbers.items()}})


Detect = Callable[[Scan], Iterable[Found]]


@dataclass(frozen=True)
class Detector:
    """A registered detector. ``needs`` names change sources: when one of them moved, it runs."""

    code: str
    detect: Detect
    kinds: tuple[Kind, ...]
    needs: tuple[str, ...]
    every: timedelta
    full_every: timedelta
    limit: timedelta
    incremental: bool
    cost: str

    def kind(self, code: str) -> Kind:
        for kind in self.kinds:
            if kind.code == code:
                return kind
        raise BadDetector(f"{self.code} reports {code!r}, which it does not declare")


_detectors: dict[str, Detector] = {}
_kinds: dict[str, Kind] = {}
_sources: dict[str, Callable[[], str]] = {}


def detector(
    code: str,
    *,
    kinds: Iterable[Kind],
    needs: Iterable[str] = (),
    every: timedelta = timedelta(minutes=15),
    full_every: timedelta = timedelta(days=1),
    limit: timedelta = timedelta(seconds=30),
    incremental: bool = False,
    cost: str = "",
) -> Callable[[Detect], Detect]:
    """Register ``detect(scan) -> Iterable[Found]``.

    It runs when a change source in ``needs`` moved, at least every ``every``; an ``incremental`` one is called with
    what changed and in full every ``full_every``. Raising or running longer than ``limit`` switches it off until a
    person switches it on again. ``cost`` says in a few words what a run costs (*one indexed read per shop*).
    Raises :class:`BadDetector` for a code or kind that is taken.
    """
    declared = tuple(kinds)

    def register(function: Detect) -> Detect:
        if not _CODE.match(code) or code in _detectors or not declared:
            raise BadDetector(f"detector {code!r} is taken, misnamed or has no kind")
        for kind in declared:
            if kind.code in _kinds:
                raise BadDetector(f"kind {kind.code!r} is taken")
        _detectors[code] = Detector(code, function, declared, tuple(needs), every, full_every, limit, incremental, cost)
        _kinds.update({k.code: k for k in declared})
        return function

    return register


def detectors() -> Mapping[str, Detector]:
    return dict(_detectors)


def find_detector(code: str) -> Detector | None:
    return _detectors.get(code)


def kinds() -> Mapping[str, Kind]:
    return dict(_kinds)


def find_kind(code: str) -> Kind | None:
    """The kind, or None: a finding may outlive the detector that made it."""
    return _kinds.get(code)


def change_source(name: str) -> Callable[[Callable[[], str]], Callable[[], str]]:
    """Register a cheap function whose text changes when something a detector ``needs`` has changed::

    @change_source("stock")
    def stock_changed() -> str:
        return str(queries.newest_movement_id())
    """

    def register(function: Callable[[], str]) -> Callable[[], str]:
        if name in _sources:
            raise BadDetector(f"change source {name!r} is taken")
        _sources[name] = function
        return function

    return register


def change_sources() -> Mapping[str, Callable[[], str]]:
    return dict(_sources)


@contextmanager
def only_registered() -> Iterator[None]:
    """For tests: what is registered inside is forgotten afterwards, and nothing registered before is seen."""
    kept = [dict(table) for table in (_detectors, _kinds, _sources)]
    tables: tuple[dict[str, object], ...] = (_detectors, _kinds, _sources)  # type: ignore[assignment]
    for table in tables:
        table.clear()
    try:
        yield
    finally:
        for table, before in zip(tables, kept, strict=True):
            table.clear()
            table.update(before)
