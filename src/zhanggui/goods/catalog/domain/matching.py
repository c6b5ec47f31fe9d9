"""Which SKU an imported article is: by merchant code first, then by words of its title and by its attributes.

Scores are whole points of a hundred; each suggestion says why. A person confirms; nothing is matched silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from zhanggui.goods.catalog.domain.codes import BadCode, barcode_key, clean_barcode

#: A word that stands in more SKUs than this names none of them; candidates come from rarer words.
COMMON: Final = 3_000
CODE, BARCODE, PRODUCT_CODE, WORDS = "code", "barcode", "product_code", "words"
LEAST: Final = 35
_SPLIT = re.compile(r"[^0-9a-z\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Goods:
    """One SKU as matching sees it."""

    sku_id: int
    code: str
    product_code: str
    title: str
    variant: str
    barcode: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One article of an order, in the channel's words."""

    title: str = ""
    sku_text: str = ""
    outer_sku_code: str = ""
    outer_product_code: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``score`` 0–100; ``reason`` is a stable word; ``shared`` words both titles hold, ``clash`` sizes that differ."""

    sku_id: int
    score: int
    reason: str
    shared: tuple[str, ...] = ()
    clash: tuple[str, ...] = ()


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def words(text: str, cut: Callable[[str], Sequence[str]]) -> frozenset[str]:
    """The words that can tell goods apart: folded; single Chinese characters go, figures and sizes (S, M, L) stay."""
    found = set()
    for piece in cut(fold(text)):
        for word in _SPLIT.split(piece):
            if len(word) > 1 or (word and word.isascii()):
                found.add(word)
    return frozenset(found)


#: A figure with its unit: 50ml, 1.5米, 2件. Goods that differ in one of these are different goods.
_MEASURE = re.compile(
    r"(\d+(?:\.\d+)?)\s*(ml|毫升|l|升|kg|千克|公斤|g|克|mg|cm|厘米|mm|m|米|寸|片|支|瓶|盒|袋|包|件|只|双|条|个|罐|粒|颗|码)(?![a-z])"
)
_SAME_UNIT: Final = {
    "毫升": ("ml", 1), "l": ("ml", 1000), "升": ("ml", 1000), "克": ("g", 1), "kg": ("g", 1000), "千克": ("g", 1000),
    "公斤": ("g", 1000), "厘米": ("cm", 1), "米": ("cm", 100), "m": ("cm", 100),
}  # fmt: skip


def measures(text: str) -> frozenset[tuple[str, str]]:
    """(unit, amount) of every figure with a unit, in one unit per kind.

    >>> sorted(measures("精华 1.5L 与 500毫升"))
    [('ml', '1500'), ('ml', '500')]
    """
    found = set()
    for number, unit in _MEASURE.findall(fold(text)):
        base, factor = _SAME_UNIT.get(unit, (unit, 1))
        whole, _dot, part = number.partition(".")
        scaled = int(whole + part) * factor
        text_form = f"{scaled}" if not part else f"{scaled / 10 ** len(part):g}"
        found.add((base, text_form))
    return frozenset(found)


class Index:
    """The catalogue, ready to be asked. Built once per run: O(words); asked per article: O(candidates)."""

    def __init__(self, goods: Iterable[Goods], cut: Callable[[str], Sequence[str]]) -> None:
        self._cut = cut
        self._goods: list[Goods] = []
        self._words: list[frozenset[str]] = []
        self._by_code: dict[str, int] = {}
        self._by_barcode: dict[str, int] = {}
        self._by_product: defaultdict[str, list[int]] = defaultdict(list)
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        for n, good in enumerate(goods):
            self._goods.append(good)
            mine = words(f"{good.title} {good.variant}", cut)
            self._words.append(mine)
            self._by_code.setdefault(fold(good.code).strip(), n)
            self._by_product[fold(good.product_code).strip()].append(n)
            if good.barcode:
                self._by_barcode[barcode_key(good.barcode)] = n
            for word in mine:
                self._by_word[word].append(n)

    def suggest(self, seen: Seen, most: int = 3) -> list[Suggestion]:
        """The best ``most`` SKUs, highest score first; empty when nothing reaches :data:`LEAST`.

        An equal merchant code is 100 (98 for a barcode), 90 when only one SKU of the product has that product code;
        words alone never exceed 85, so a person sees the difference.
        """
        code = fold(seen.outer_sku_code).strip()
        if code and code in self._by_code:
            return [Suggestion(self._goods[self._by_code[code]].sku_id, 100, CODE)]
        barcode = _barcode(seen.outer_sku_code)
        if barcode and barcode in self._by_barcode:
            return [Suggestion(self._goods[self._by_barcode[barcode]].sku_id, 98, BARCODE)]
        outer = fold(seen.outer_product_code).strip()
        if outer and outer in self._by_code:
            return [Suggestion(self._goods[self._by_code[outer]].sku_id, 96, PRODUCT_CODE)]
        within = self._by_product.get(outer) if outer else None
        if within and len(within) == 1:
            return [Suggestion(self._goods[within[0]].sku_id, 90, PRODUCT_CODE)]
        return self._by_words(seen, within, most)

    def _by_words(self, seen: Seen, within: list[int] | None, most: int) -> list[Suggestion]:
        text = f"{seen.title} {seen.sku_text}"
        asked = words(text, self._cut)
        if not asked:
            return []
        candidates: set[int] = set(within or ())
        if not candidates:
            rare = sorted((len(self._by_word[w]), w) for w in asked if w in self._by_word)
            for count, word in rare[:8]:
                if count <= COMMON or not candidates:
                    candidates.update(self._by_word[word][:COMMON])
        sizes = measures(text)
        found = []
        for n in candidates:
            score, shared, clash = self._score(asked, sizes, n)
            if within:
                score = min(score + 15, 89)
            if score >= LEAST:
                found.append(Suggestion(self._goods[n].sku_id, score, PRODUCT_CODE if within else WORDS, shared, clash))
        return sorted(found, key=lambda s: (-s.score, s.sku_id))[:most]

    def _score(
        self, asked: frozenset[str], sizes: frozenset[tuple[str, str]], n: int
    ) -> tuple[int, tuple[str, ...], tuple[str, ...]]:
        """Weighted overlap: a word counts 1 ÷ how many SKUs hold it (in thousandths), halved by a clashing size."""
        good = self._goods[n]
        mine = self._words[n]
        both = asked & mine
        total = sum(self._weight(w) for w in asked | mine)
        shared = sum(self._weight(w) for w in both)
        # overlap against the smaller side matters too: marketplace titles are longer than ours
        smaller = min(sum(map(self._weight, asked)), sum(map(self._weight, mine))) or 1
        points = (shared * 45 // total if total else 0) + shared * 40 // smaller
        own = measures(f"{good.title} {good.variant}")
        units = {u for u, _ in sizes} & {u for u, _ in own}
        clash = tuple(
            sorted(
                f"{a}{u}≠{b}{u}"
                for u in units
                if not {x for x in sizes if x[0] == u} & {x for x in own if x[0] == u}
                for a in [next(x[1] for x in sorted(sizes) if x[0] == u)]
                for b in [next(x[1] for x in sorted(own) if x[0] == u)]
            )
        )
        return (points // 2 if clash else points), tuple(sorted(both, key=lambda w: -self._weight(w))[:6]), clash

    def _weight(self, word: str) -> int:
        """Rare words tell more: a thousand for a word of one SKU, less by every doubling; unknown words count half."""
        count = len(self._by_word.get(word, ()))
        return 500 if count == 0 else max(1000 - 80 * (count.bit_length() - 1), 60)


def _barcode(text: str) -> str:
    try:
        return barcode_key(clean_barcode(text)) if text else ""
    except BadCode:
        return ""


@dataclass(frozen=True, slots=True)
class Identity:
    """What names an article of a shop for good: the channel's and the merchant's codes; titles change."""

    product_no: str = ""
    sku_no: str = ""
    outer_product_code: str = ""
    outer_sku_code: str = ""
    #: Only where no code names the variant.
    words: str = ""

    @classmethod
    def of(cls, row: Mapping[str, str | None]) -> Identity:
        """Of an order line. Without any SKU-level code the variant's text is part of the identity; without any code
        at all the title is too."""
        values = {
            k: (row.get(k) or "").strip() for k in ("product_no", "sku_no", "outer_product_code", "outer_sku_code")
        }
        if values["sku_no"] or values["outer_sku_code"]:
            return cls(**values)
        variant = (row.get("sku_text") or "").strip()
        if any(values.values()):
            return cls(**values, words=variant)
        return cls(**values, words=f"{(row.get('title') or '').strip()}\n{variant}".strip())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an article looked like where it was seen."""

    identity: Identity
    title: str
    sku_text: str
    lines: int = 0
    pieces: int | None = None
    prices: tuple[int, ...] = field(default_factory=tuple)
