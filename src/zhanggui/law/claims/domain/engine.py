"""The decision: which places of a text may not be said, by which step, and which only look so.

One pass of a multi-pattern matcher finds the candidates; everything dearer looks at the sentence around a candidate
only, so that honest text costs no more than the matcher.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import ahocorasick  # type: ignore[import-not-found]

from zhanggui.law.claims.contracts import Allowed, AllowEntry, Basis, Finding, Severity, Verdict, Word
from zhanggui.law.claims.domain.amounts import RECKONERS
from zhanggui.law.claims.domain.categories import cued, known_category, known_channel
from zhanggui.law.claims.domain.evasion import variants
from zhanggui.law.claims.domain.normal import Normal, Normaliser, Squeezed, pulled_apart, squeeze
from zhanggui.law.claims.domain.packs import Guard, Pack, Rule
from zhanggui.law.claims.domain.scan import LONG_TEXT, Scanner

Cut = Callable[[str], Sequence[str]]

#: How far a context reaches at least on either side of a candidate, in characters; at most twice as far.
REACH = 80
_SENTENCE = re.compile(r"[。!?;\n\r…]")
_SCOPE = re.compile(
    r"(?:全国|全网|国内|中国|全球|世界|亚洲|国际|宇宙|行业|业内|业界|同行|同类|市场|市面上?|全市|全省|类目|销量|销售额|排名|人气|口碑|好评|热销|品质|质量|性能|技术|效果)[^,。!?;、\s]{0,4}$"
)
_ORDER: Mapping[Severity, int] = {"block": 2, "review": 1, "info": 0}
#: Two weak claims of these classes in one sentence praise the goods beyond doubt.
_CUMULATIVE = frozenset({"T3", "T4", "T20"})
_LOOSE = "最零无0不"
#: Goods whose words are ordinary elsewhere: alone they say nothing.
_NARROW = frozenset({"drug", "device", "pesticide", "seed"})
_EDGES = " \t\r\n.,。,!！?？;；:、~\"'“”‘’()（）[]【】《》"
_LONGEST_WORD = 24


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a pattern of the matcher stands for: a term or trigger of a rule, or a word of a guard."""

    rule: int
    guard: int
    term: str
    variant: bool
    size: int


#: Per guard the spans of its words, in the order of their ends.
Covers = dict[int, list[tuple[int, int]]]
Hits = Sequence[tuple[int, tuple[_Entry, ...]]]


@dataclass(slots=True)
class _Sentence:
    """The stretch around a candidate, and where its words begin (filled when asked for)."""

    text: str
    offset: int
    bounds: frozenset[int] | None = None


class Checker:
    """The rules in force on one day, compiled. Never changed after it is made: threads share it."""

    def __init__(self, packs: Sequence[Pack], on: date, *, normaliser: Normaliser, cut: Cut) -> None:
        self.on = on
        self._normaliser = normaliser
        self._cut = cut
        self.rules: list[Rule] = []
        self.guards: list[Guard] = []
        seen: dict[str, int] = {}
        self.bases: dict[str, Basis] = {}
        for pack in sorted(packs, key=lambda p: p.in_force):
            if pack.in_force > on or (pack.until is not None and pack.until <= on):
                continue
            for name, dated in pack.bases.items():
                for first, until, basis in dated:
                    if first <= on and (until is None or on < until):
                        self.bases[name] = basis
            for rule in pack.rules:
                if rule.in_force > on or (rule.until is not None and rule.until <= on):
                    continue
                if rule.id in seen:  # a later pack takes the place of an earlier one
                    self.rules[seen[rule.id]] = rule
                else:
                    seen[rule.id] = len(self.rules)
                    self.rules.append(rule)
            self.guards.extend(pack.guards)
        self.rules = [rule for rule in self.rules if rule.basis in self.bases]
        self._guards_of = [self._fitting(rule) for rule in self.rules]
        self._automaton = self._build()
        self._alone = self._listed()

    def _fitting(self, rule: Rule) -> tuple[int, ...]:
        if "none" in rule.guards:
            return ()
        fits = [
            i
            for i, guard in enumerate(self.guards)
            if (not guard.classes or rule.category in guard.classes or rule.id in guard.classes)
            and (not guard.optional or guard.id in rule.guards)
        ]
        return tuple(sorted(fits, key=lambda i: self.guards[i].step))

    def _build(self) -> ahocorasick.Automaton:
        plain = self._plain
        found: dict[str, list[_Entry]] = {}

        def add(text: str, entry: _Entry) -> None:
            found.setdefault(text, []).append(replace(entry, size=len(text)))

        for i, rule in enumerate(self.rules):
            for term in rule.terms:
                key = plain(term)
                add(key, _Entry(i, -1, term, False, 0))
                if rule.evasion:
                    for other in {plain(v) for v in variants(term)} - {key, ""}:
                        add(other, _Entry(i, -1, term, True, 0))
            for trigger in rule.triggers:
                add(plain(trigger), _Entry(i, -1, "", False, 0))
        for g, guard in enumerate(self.guards):
            for word in guard.words:
                add(plain(word), _Entry(-1, g, word, False, 0))
        automaton = ahocorasick.Automaton()
        for text, entries in found.items():
            automaton.add_word(text, tuple(entries))
        if not found:  # a day before the first law: a matcher must hold something
            automaton.add_word("\uffff", ())
        automaton.make_automaton()
        return automaton

    def _listed(self) -> dict[str, tuple[int, str]]:
        """Words that are reported when a text is nothing else: a list of words names no goods and has no context."""
        found: dict[str, tuple[int, str]] = {}
        for i, rule in enumerate(self.rules):
            for term in rule.alone:
                found.setdefault(self._plain(term), (i, term))
        for i, rule in enumerate(self.rules):
            if rule.category[0] == "T" and rule.only and not rule.only & _NARROW:
                for term in rule.terms:
                    found.setdefault(self._plain(term), (i, term))
        return found

    def _plain(self, text: str) -> str:
        return self._normaliser.normal(text).text

    @cached_property
    def scanner(self) -> Scanner[tuple[_Entry, ...]]:
        """The same patterns for long texts."""
        return Scanner(dict(self._automaton.items()))

    def patterns(self) -> int:
        """How many patterns the matcher holds."""
        return len(self._automaton)

    # -- one text ---------------------------------------------------------------------------------------------

    def check(
        self,
        text: str,
        *,
        category: str | None = None,
        channel: str | None = None,
        kind: str | None = None,
        allow: Sequence[AllowEntry] = (),
    ) -> Verdict:
        normal = self._normaliser.normal(text)
        plain = normal.text
        goods, place = known_category(category), known_channel(channel)
        single = self._alone.get(plain.strip(_EDGES)) if len(plain) <= _LONGEST_WORD else None
        hidden: list[tuple[Squeezed, Hits]]
        if len(plain) < LONG_TEXT:
            hits: Hits = list(self._automaton.iter(plain))
            hidden = [(one, found) for one in squeeze(plain) if (found := list(self._automaton.iter(one.text)))]
        else:
            pieces = list(squeeze(plain))
            first, *others = self.scanner.scan([plain, *(one.text for one in pieces)])
            hits = first
            hidden = [(one, found) for one, found in zip(pieces, others, strict=True) if found]
        if not hits and not hidden and single is None:
            return Verdict(text, "ok")
        look = _Look(self, text, normal, goods, place, kind or "ad", allow)
        verdict = look.verdict(hits, hidden)
        if single is None or verdict.verdict == "violation":
            return verdict
        listed = look.listed(*single)
        return listed if listed is not None and (listed.verdict == "violation" or not verdict.findings) else verdict


class _Look:
    """One text being judged."""

    def __init__(
        self,
        checker: Checker,
        text: str,
        normal: Normal,
        category: str,
        channel: str,
        kind: str,
        allow: Sequence[AllowEntry],
    ) -> None:
        self.checker = checker
        self.text = text
        self.normal = normal
        self.squeezed: Squeezed | None = None
        self.category = category
        self.channel = channel
        self.kind = kind
        self.allow = allow
        self._cued: frozenset[str] | None = None
        self._sentences: dict[tuple[int, int], _Sentence] = {}
        self._marks: list[int] | None = None
        self._documents: dict[int, bool] = {}

    def verdict(self, hits: Hits, hidden: Iterable[tuple[Squeezed, Hits]]) -> Verdict:
        found = self._judge_all(hits, self.normal.text, hidden=False)
        for squeezed, those in hidden:
            self.squeezed = squeezed
            self._sentences.clear()
            self._marks = None
            found.extend(self._judge_all(those, squeezed.text, hidden=True))
        kept = _longest(found)
        kept = _accumulated(kept)
        findings = tuple(self._allowed(one) for one in kept if not one.exempt)
        exempt = tuple(one for one in kept if one.exempt)
        worst = max((_ORDER[f.severity] for f in findings if f.allowed is None), default=0)
        word: Word = "violation" if worst == 2 else "review" if worst == 1 else "ok"
        return Verdict(self.text, word, findings, exempt)

    def listed(self, index: int, term: str) -> Verdict | None:
        """The verdict on a text that is one listed word and nothing else; None where its rule leaves the goods out."""
        rule = self.checker.rules[index]
        if rule.channels and self.channel not in rule.channels:
            return None
        if self.category and ((rule.only and self.category not in rule.only) or self.category in rule.never):
            return None
        plain = self.normal.text
        start = len(plain) - len(plain.lstrip(_EDGES))
        entry = _Entry(index, -1, term, False, 0)
        one = self._allowed(self._finding(rule, entry, start, len(plain.rstrip(_EDGES)), False, None))
        word: Word = "ok" if one.allowed else "violation" if one.severity == "block" else "review"
        return Verdict(self.text, word, (one,))

    def _judge_all(self, hits: Hits, plain: str, *, hidden: bool) -> list[Finding]:
        rules = self.checker.rules
        found: list[Finding] = []
        covers: Covers = {}
        terms: list[tuple[int, int, _Entry]] = []
        asked: set[tuple[int, int]] = set()
        for last, entries in hits:
            for entry in entries:
                start, end = last + 1 - entry.size, last + 1
                if entry.guard >= 0:
                    covers.setdefault(entry.guard, []).append((start, end))
                elif entry.term:
                    terms.append((start, end, entry))
                elif not hidden:
                    sentence = self._sentence(plain, start, end, hidden)
                    if (entry.rule, sentence.offset) in asked:
                        continue
                    asked.add((entry.rule, sentence.offset))
                    for a, b in _spans(rules[entry.rule], sentence.text):
                        term = sentence.text[a:b]
                        terms.append((sentence.offset + a, sentence.offset + b, replace(entry, term=term)))
                elif rules[entry.rule].evasion:
                    self._hidden_pattern(entry, start, end, plain, terms, asked)
        # windows of one long sentence overlap: a place is judged once per rule
        for start, end, entry in {(s, e, one.rule, one.term): (s, e, one) for s, e, one in terms}.values():
            one = self._judge(start, end, entry, plain, covers, hidden)
            if one is not None:
                found.append(one)
        return found

    def _hidden_pattern(
        self,
        entry: _Entry,
        start: int,
        end: int,
        plain: str,
        terms: list[tuple[int, int, _Entry]],
        asked: set[tuple[int, int]],
    ) -> None:
        sentence = self._sentence(plain, start, end, True)
        if (entry.rule, sentence.offset) in asked:
            return
        asked.add((entry.rule, sentence.offset))
        for a, b in _spans(self.checker.rules[entry.rule], sentence.text):
            if b - a <= 12:
                terms.append((sentence.offset + a, sentence.offset + b, replace(entry, term=sentence.text[a:b])))

    def _judge(self, start: int, end: int, entry: _Entry, plain: str, covers: Covers, hidden: bool) -> Finding | None:
        checker = self.checker
        rule = checker.rules[entry.rule]
        sentence = self._sentence(plain, start, end, hidden)
        if not self._fits(rule, sentence):
            return None
        if hidden:
            assert self.squeezed is not None
            if not pulled_apart(self.normal.text, self.squeezed.back, start, end):
                return None
        if entry.variant and not _own_word(plain, start, end):
            return None
        a, b = start - sentence.offset, end - sentence.offset
        if rule.pattern is None and self._crosses(sentence, a, b, entry):
            return None
        before, after = sentence.text[max(0, a - 40) : a], sentence.text[b : b + 40]
        if rule.whole and not _stands_alone(plain, start, end):
            return None
        if rule.before is not None and not rule.before.search(before):
            return None
        if rule.after is not None and not rule.after.match(after):
            return None
        if rule.unless is not None and rule.unless.search(sentence.text):
            return None
        if rule.needs is not None and not rule.needs.search(sentence.text):
            return None
        guard = self._guard(entry.rule, plain[start:end], start, end, before, after, sentence, covers)
        return self._finding(rule, entry, start, end, hidden, guard)

    def _fits(self, rule: Rule, sentence: _Sentence) -> bool:
        """Channel and category. Unknown goods are guessed: in favour of a rule from the whole text, against it only
        from the sentence itself, so that no other sentence can silence a finding."""
        if rule.channels and self.channel not in rule.channels:
            return False
        if self.category:
            return (not rule.only or self.category in rule.only) and self.category not in rule.never
        if rule.only and not rule.only & self._cues():
            return False
        return not (rule.never and rule.never & cued(sentence.text))

    def _cues(self) -> frozenset[str]:
        if self._cued is None:
            self._cued = cued(self.normal.text)
        return self._cued

    def _sentence(self, plain: str, start: int, end: int, hidden: bool) -> _Sentence:
        """The sentence around a candidate, of a long one the blocks of ``REACH`` characters next to it.

        Blocks are counted from where the sentence begins, so other sentences never move them, and the candidates of
        one block share their window.
        """
        if self._marks is None:
            self._marks = [mark.start() for mark in _SENTENCE.finditer(plain)]
        marks = self._marks
        at = bisect_left(marks, start)
        begin = marks[at - 1] + 1 if at else 0
        after = bisect_left(marks, end, at)
        stop = marks[after] if after < len(marks) else len(plain)
        first = max(begin, begin + ((start - begin) // REACH - 1) * REACH)
        last = min(stop, begin + ((end - begin) // REACH + 2) * REACH)
        key = (first, last)
        known = self._sentences.get(key)
        if known is None:
            known = self._sentences[key] = _Sentence(plain[first:last], first)
        return known

    def _crosses(self, sentence: _Sentence, a: int, b: int, entry: _Entry) -> bool:
        """Whether the term only arises where two words touch (环保|本色), or is the mere half of a longer word."""
        text = sentence.text
        if not ("\u4e00" <= text[a] <= "\u9fff"):
            return False
        if sentence.bounds is None:
            at = 0
            bounds = {0}
            for word in self.checker._cut(text):
                at += len(word)
                bounds.add(at)
            sentence.bounds = frozenset(bounds)
        inside = [k for k in range(a + 1, b) if k in sentence.bounds]
        if not inside:
            return False  # one word, or part of one
        left, right = a not in sentence.bounds, b not in sentence.bounds
        if left and right:
            return True
        if b - a > 2 or entry.term[0] in _LOOSE:
            return False
        return left or right

    def _guard(
        self,
        rule: int,
        term: str,
        start: int,
        end: int,
        before: str,
        after: str,
        sentence: _Sentence,
        covers: Covers,
    ) -> Guard | None:
        scoped = None
        for g in self.checker._guards_of[rule]:
            guard = self.checker.guards[g]
            if guard.terms is not None and not guard.terms.search(term):
                continue
            if guard.scoped:
                if scoped is None:
                    scoped = _SCOPE.search(before) is not None
                if scoped:
                    continue
            if guard.words and _covered(covers.get(g, ()), start, end):
                return guard
            if guard.document:
                if g not in self._documents:
                    assert guard.around is not None
                    self._documents[g] = guard.around.search(self.normal.text) is not None
                if self._documents[g]:
                    return guard
                continue
            if (
                guard.before is None
                and guard.after is None
                and guard.around is None
                and (guard.words or not guard.terms)
            ):
                continue
            if guard.before is not None and not guard.before.search(before):
                continue
            if guard.after is not None and not guard.after.match(after):
                continue
            if guard.around is not None and not guard.around.search(sentence.text):
                continue
            return guard
        return None

    def _finding(self, rule: Rule, entry: _Entry, start: int, end: int, hidden: bool, guard: Guard | None) -> Finding:
        normal = self.normal
        if hidden:
            assert self.squeezed is not None
            start, end = self.squeezed.back[start], self.squeezed.back[end - 1] + 1
        first, last = normal.origin_start(start), normal.origin_end(end)
        basis = self.checker.bases[rule.basis]
        severity, step = rule.severity, rule.step
        if rule.block_in and (self.category in rule.block_in or rule.block_in & self._cues()):
            severity, step = "block", 7
        if guard is not None:
            severity, step = "info", guard.step
        elif self.kind != "ad" and severity == "block" and rule.category in {"T1", "T2", "T3", "T4"}:
            severity, step = "review", 1
        shown = self.text[first:last]
        return Finding(
            start=first,
            end=last,
            text=shown,
            term=entry.term,
            category=rule.category,
            rule=rule.id,
            step=step,
            severity=severity,
            basis=basis,
            suggestion="" if guard else rule.advice,
            replacement=rule.replacement,
            proof="" if guard else rule.proof,
            exempt=guard.reason if guard else "",
        )

    def _allowed(self, one: Finding) -> Finding:
        for entry in self.allow:
            if entry.channel and known_channel(entry.channel) != self.channel:
                continue
            if entry.category and known_category(entry.category) != self.category:
                continue
            if self.checker._plain(entry.term) in {self.checker._plain(one.text), self.checker._plain(one.term)}:
                return replace(one, allowed=Allowed(entry.owner, entry.reason, entry.expires_on))
        return one


def _covered(words: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether one of the words, which come in the order of their ends, holds the span."""
    at = bisect_left(words, end, key=_last)
    while at < len(words) and words[at][1] <= start + 40:
        if words[at][0] <= start:
            return True
        at += 1
    return False


def _last(word: tuple[int, int]) -> int:
    return word[1]


def _spans(rule: Rule, sentence: str) -> Iterator[tuple[int, int]]:
    """Where the pattern of a rule, or what it reckons, lies in a sentence."""
    if rule.reckon:
        yield from RECKONERS[rule.reckon](sentence)
        return
    assert rule.pattern is not None
    for match in rule.pattern.finditer(sentence):
        a, b = match.span("x") if "x" in rule.pattern.groupindex else match.span()
        if a < b:
            yield a, b


def _own_word(plain: str, start: int, end: int) -> bool:
    """Latin at the edge of a spelling must not be part of a longer Latin word."""
    if plain[start].isascii() and start and plain[start - 1].isascii() and plain[start - 1].isalnum():
        return False
    return not (plain[end - 1].isascii() and end < len(plain) and plain[end].isascii() and plain[end].isalnum())


def _stands_alone(plain: str, start: int, end: int) -> bool:
    return not (start and plain[start - 1].isalnum() and plain[start - 1].isascii()) and not (
        end < len(plain) and plain[end].isalnum() and plain[end].isascii()
    )


def _longest(found: list[Finding]) -> list[Finding]:
    """Of findings inside one another the longest, of equal spans the gravest; an exempt one hides only exempt ones."""
    found.sort(key=lambda f: (f.start, -f.end, bool(f.exempt), -_ORDER[f.severity], f.rule))
    kept: list[Finding] = []
    for group in (False, True):
        end = -1
        last: Finding | None = None
        for one in found:
            if bool(one.exempt) is not group:
                continue
            if last is not None and one.end <= end:
                if _ORDER[one.severity] > _ORDER[last.severity]:
                    kept.append(one)
                continue
            kept.append(one)
            last, end = one, one.end
    kept.sort(key=lambda f: (f.start, f.end, f.rule))
    return kept


def _accumulated(kept: list[Finding]) -> list[Finding]:
    """Two different weak claims of praise close together count as a strong one."""
    weak = [i for i, f in enumerate(kept) if f.severity == "review" and f.category in _CUMULATIVE]
    raised: set[int] = set()
    for i, k in pairwise(weak):
        if kept[k].term != kept[i].term and kept[k].start - kept[i].end <= REACH:
            raised.update((i, k))
    return [replace(f, severity="block", step=4) if i in raised else f for i, f in enumerate(kept)]
