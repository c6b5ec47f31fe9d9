"""The normal form of a text, with every offset kept.

NFKC, lower case, traditional to simplified, look-alike characters, invisible characters out. ``Normal.origin`` leads
back: the span [a, b) of the normal form came from ``text[origin_start(a):origin_end(b)]`` of the original.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

#: Characters people write for others to slip past a word list; none of them is needed in honest copy.
LOOKALIKES = {
    "蕞": "最",
    "朂": "最",
    "㝡": "最",
    "嶵": "最",
    "苐": "第",
    "笫": "第",
    "惟": "唯",
    "①": "1",
    "㊀": "一",
    "㈠": "一",
    "⼀": "一",
    "镓": "家",
    "夲": "本",
    "呺": "号",
    "℅": "%",
    "٪": "%",
    "⁒": "%",
    "∅": "0",
    "〇": "零",
    "痩": "瘦",
    "產": "产",
    "內": "内",
    "強": "强",
    "囯": "国",
    "囶": "国",
    "亰": "京",
    "佷": "很",
    "唍": "完",
    "莓": "霉",
}
LOOKALIKES.pop("莓")  # a fruit, after all

_INVISIBLE_CATEGORIES = {"Cf", "Mn", "Me", "Cs", "Co", "Cn"}
_KEPT_CONTROLS = "\n\t\r"

#: Between two characters of a term these hide it: spaces, symbols, emoji; no mark that ends or parts a clause.
_WEAK = (
    r"[ \t\u3000*_~^+=|/\\·•.‧・\-—–'\"`#@&$<>《》〈〉\[\]【】()（）{}「」『』“”‘’°]"
    r"|[\u2190-\u2bff\u3200-\u33ff]|[\U0001f000-\U0001faff]"
)
_HARD = r"[,，。、;；:：!！?？…\r\n]"


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal form and where its characters came from.

    ``marks``/``origins`` are the beginnings of stretches that map one to one; both None: the whole text does.
    ``ends`` gives, for a stretch of one character made of several or the reverse, where its original ends.
    """

    text: str
    starts: list[int] | None = None
    origins: list[int] | None = None
    length: int = 0

    def origin_start(self, at: int) -> int:
        if self.starts is None or self.origins is None:
            return at
        i = bisect_right(self.starts, at) - 1
        return min(self.origins[i] + at - self.starts[i], self._limit(i))

    def origin_end(self, at: int) -> int:
        """End (exclusive) in the original of what ends at ``at`` in the normal form."""
        if at <= 0:
            return 0
        if self.starts is None:
            return at
        return min(self.origin_start(at - 1) + 1, self.length)

    def _limit(self, i: int) -> int:
        assert self.origins is not None
        return (self.origins[i + 1] if i + 1 < len(self.origins) else self.length) - 1


#: Stands for a character that becomes several or none, while offsets still agree.
_HOLE = "\uffff"
#: From this length on the tables are applied to arrays.
_LONG = 400
_TABLE_SIZE = 0x20000


class Normaliser:
    """Tables of single characters, made once. ``simplified`` maps traditional characters to simplified ones."""

    def __init__(self, simplified: Mapping[str, str]) -> None:
        table = list(range(_TABLE_SIZE))
        self._long: dict[str, str] = {}
        for code in range(_TABLE_SIZE):
            if 0xAC00 <= code <= 0xD7A3:
                continue  # Hangul stays as it is
            char = chr(code)
            if char in _KEPT_CONTROLS:
                continue
            category = unicodedata.category(char)
            if category == "Cc":
                table[code] = 32
            elif category in _INVISIBLE_CATEGORIES or char in "\u115f\u1160\u3164\uffa0\u2800":
                table[code] = 0xFFFF
                self._long[char] = ""
            elif 0x4E00 <= code <= 0x9FFF and char not in simplified and char not in LOOKALIKES:
                continue
            else:
                plain = LOOKALIKES.get(char) or _plain(char)
                plain = "".join(LOOKALIKES.get(c, simplified.get(c, c)) for c in plain)
                if len(plain) == 1:
                    table[code] = ord(plain)
                else:
                    table[code] = 0xFFFF
                    self._long[char] = plain
        self._table = table
        self._array = np.array(table, dtype=np.uint32)

    def normal(self, text: str) -> Normal:
        plain = self._mapped(text)
        at = plain.find(_HOLE)
        if at < 0:
            return Normal(plain)
        pieces: list[str] = []
        starts: list[int] = []
        origins: list[int] = []
        done = length = 0
        while at >= 0:
            if at > done:
                starts.append(length)
                origins.append(done)
                pieces.append(plain[done:at])
                length += at - done
            becomes = self._long.get(text[at], "")
            if becomes:
                starts.append(length)
                origins.append(at)
                pieces.append(becomes)
                length += len(becomes)
            done = at + 1
            at = plain.find(_HOLE, done)
        if done < len(plain):
            starts.append(length)
            origins.append(done)
            pieces.append(plain[done:])
        joined = "".join(pieces)
        return Normal(joined, starts, origins, len(text)) if joined else Normal("")

    def _mapped(self, text: str) -> str:
        """Every character mapped to one character; holes where that does not do."""
        if len(text) < _LONG:
            return text.translate(self._table)
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        if codes.max(initial=0) < _TABLE_SIZE:
            found = self._array[codes]
        else:
            found = codes.copy()
            known = codes < _TABLE_SIZE
            found[known] = self._array[codes[known]]
        return found.tobytes().decode("utf-32-le", "surrogatepass")


def _plain(char: str) -> str:
    """NFKC, lower case, Latin letters without their accents (pinyin is written with tones)."""
    found = unicodedata.normalize("NFKC", char).lower()
    if char < "\u0370" or "\u1e00" <= char <= "\u1eff":
        split = unicodedata.normalize("NFKD", found)
        found = "".join(c for c in split if not unicodedata.combining(c))
    return found if found.strip() or char.isspace() else " "


_WEAK_RUN = re.compile(rf"(?:{_WEAK}){{1,8}}")
_ANY_RUN = re.compile(rf"(?:{_WEAK}|{_HARD}){{1,8}}")
_CJK = "\u3400-\u9fff"
#: Something stands apart: one character between separators, or a symbol between two characters.
_SUSPECT = re.compile(
    rf"(?:^|{_WEAK}|{_HARD})[{_CJK}a-z0-9%](?:{_WEAK}|{_HARD})|[{_CJK}](?:(?![ \t\u3000]){_WEAK})[ ]?[{_CJK}a-z0-9]"
    rf"|[{_CJK}](?:{_WEAK})[{_CJK}](?:{_WEAK}|{_HARD}|$)"
)


@dataclass(frozen=True, slots=True)
class Squeezed:
    """A stretch without its separators; ``back`` gives the place of every character in the normal form."""

    text: str
    back: list[int]


#: Around something suspect, this many characters are looked at.
_AROUND = 40


def _kinds() -> npt.NDArray[np.uint8]:
    """Per character: 0 anything, 1 blank, 2 other weak separator, 3 end of a clause, 4 Chinese, 5 Latin or digit."""
    kinds = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    kinds[0x3400:0xA000] = 4
    for code in [*range(0x30, 0x3A), *range(0x61, 0x7B), 0x25]:
        kinds[code] = 5
    for code in [*range(0x20, 0x3400), *range(0xFF00, 0x10000), *range(0x1F000, 0x1FB00)]:
        char = chr(code)
        if _WEAK_RUN.fullmatch(char):
            kinds[code] = 1 if char in " \t\u3000" else 2
    kinds[9] = 1
    for char in ",，。、;；:：!！?？…\r\n":
        kinds[ord(char)] = 3
    return kinds


@cache
def _kind_table() -> npt.NDArray[np.uint8]:
    return _kinds()


def squeeze(text: str) -> Iterator[Squeezed]:
    """Stretches of a normal form that look like terms pulled apart, without their separators."""
    if len(text) < _LONG:
        if _SUSPECT.search(text):
            yield _squeezed(text, 0, len(text))
        return
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kind = _kind_table()[np.minimum(codes, _TABLE_SIZE - 1)]
    parting = (kind >= 1) & (kind <= 3)
    letter = kind >= 4
    alone = np.zeros(len(kind), dtype=bool)
    alone[1:-1] = letter[1:-1] & parting[:-2] & parting[2:]
    hiding = np.zeros(len(kind), dtype=bool)
    hiding[1:-1] = (kind[1:-1] == 2) & (kind[:-2] == 4) & letter[2:]
    at = -1
    low = high = -1
    for at in np.flatnonzero(alone | hiding).tolist():
        if low < 0:
            low, high = max(0, at - _AROUND), at + _AROUND
        elif at - _AROUND <= high:
            high = at + _AROUND
        else:
            yield _kept(codes, parting, low, min(high, len(text)))
            low, high = max(0, at - _AROUND), at + _AROUND
    if low >= 0:
        yield _kept(codes, parting, low, min(high, len(text)))


def _kept(codes: npt.NDArray[np.uint32], parting: npt.NDArray[np.bool_], start: int, end: int) -> Squeezed:
    places = np.flatnonzero(~parting[start:end]) + start
    return Squeezed(codes[places].tobytes().decode("utf-32-le", "surrogatepass"), places.tolist())


def _squeezed(text: str, start: int, end: int) -> Squeezed:
    out: list[str] = []
    back: list[int] = []
    done = start
    for run in _ANY_RUN.finditer(text, start, end):
        out.append(text[done : run.start()])
        back.extend(range(done, run.start()))
        done = run.end()
    out.append(text[done:end])
    back.extend(range(done, end))
    return Squeezed("".join(out), back)


_HARD_ONE = re.compile(_HARD)


def pulled_apart(text: str, back: list[int], start: int, end: int) -> bool:
    """Whether the squeezed span [start, end) is a term pulled apart, not two words that happen to touch.

    Spaces part words in titles: the span must begin or end where a piece does, or hold a piece of one character. A mark
    that ends a clause hides a term only when every character stands alone.
    """
    places = back[start:end]
    gaps = [(a, b) for a, b in pairwise(places) if b - a > 1]
    if not gaps or any(b - a > 9 for a, b in gaps):
        return False
    before = start == 0 or back[start] - back[start - 1] > 1
    after = end == len(back) or back[end] - back[end - 1] > 1
    cuts = [0] + [i for i in range(1, len(places)) if places[i] - places[i - 1] > 1] + [len(places)]
    sizes = [b - a for a, b in pairwise(cuts)]
    between = "".join(text[a + 1 : b] for a, b in gaps)
    latin = all("0" <= text[p] <= "z" for p in places)
    if _HARD_ONE.search(between):
        return before and after and all(size == 1 for size in sizes) and len(sizes) >= 3
    if between.strip(" \t\u3000"):
        return True if not latin else before and after
    if before and after:
        return (len(sizes) == 2 and min(sizes) == 1) or all(size == 1 for size in sizes) or len(places) >= 4
    inner = sizes[1:-1] + ([sizes[0]] if before else []) + ([sizes[-1]] if after else [])
    return 1 in inner and len(places) <= 4
