"""What other rooms receive from the claims checker: plain frozen values, no model instances."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Severity = Literal["block", "review", "info"]
Word = Literal["violation", "review", "ok"]


class UnknownName(ValueError):
    """A category or channel nobody knows: ``name`` as given, ``known`` the codes there are."""

    def __init__(self, field: str, name: str, known: Iterable[str]) -> None:
        self.field, self.name, self.known = field, name, tuple(known)
        super().__init__(f"{field}: {name!r} is unknown; known: {', '.join(self.known)}")


#: What the text is: an advertisement unless said otherwise. Of the others step 1 says: no advertisement.
KINDS = ("ad", "chat", "notice", "label")


@dataclass(frozen=True, slots=True)
class Basis:
    """The law behind a finding and the day from which this article is in force."""

    law: str
    article: str
    in_force: date
    text: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """An entry of the allow-list that covers a finding; the finding stays visible."""

    owner: str
    reason: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class Finding:
    """One place of a text. ``start`` and ``end`` are offsets into the text as it was given, half-open.

    ``step`` is the step of the eight-step decision that settled it (docs/algorithms/claims.md). ``replacement`` is what
    may stand in place of the span (empty: leave it out); ``suggestion`` says so in words. ``exempt`` names the context
    that makes a term lawful: such findings carry the severity ``info`` and stand apart from the others.
    """

    start: int
    end: int
    text: str
    term: str
    category: str
    rule: str
    step: int
    severity: Severity
    basis: Basis
    suggestion: str
    replacement: str
    proof: str
    exempt: str = ""
    allowed: Allowed | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "start": self.start,
            "end": self.end,
            "span": [self.start, self.end],
            "text": self.text,
            "term": self.term,
            "class": self.category,
            "rule": self.rule,
            "step": self.step,
            "severity": self.severity,
            "basis": {
                "law": self.basis.law,
                "article": self.basis.article,
                "in_force": self.basis.in_force.isoformat(),
            },
            "suggestion": self.suggestion,
            "replacement": self.replacement,
            "proof": self.proof,
            **({"exempt": self.exempt} if self.exempt else {}),
            **(
                {
                    "allowed": {
                        "owner": self.allowed.owner,
                        "reason": self.allowed.reason,
                        "expires_on": self.allowed.expires_on.isoformat(),
                    }
                }
                if self.allowed
                else {}
            ),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """``findings`` ask for something, in the order of the text; ``exempt`` are lawful look-alikes with their reason."""

    text: str
    verdict: Word
    findings: tuple[Finding, ...] = ()
    exempt: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "verdict": self.verdict,
            "findings": [one.as_json() for one in self.findings],
            "exempt": [one.as_json() for one in self.exempt],
        }


@dataclass(frozen=True, slots=True)
class AllowEntry:
    """``term`` in its normal form may stand in texts of ``category`` and ``channel`` (empty: all) until a day."""

    id: int
    term: str
    category: str
    channel: str
    owner: str
    reason: str
    starts_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class PackInfo:
    """One dated file of rules."""

    name: str
    title: str
    version: str
    in_force: date
    until: date | None
    source: str
    rules: int
    terms: int
    contexts: int = 0
    active: bool = False
    laws: tuple[str, ...] = field(default=())
