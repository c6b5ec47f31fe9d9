"""Rules that have to reckon: deposits above a fifth of the price, prizes above 50,000 yuan."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

#: Highest prize of a draw in yuan; equal is allowed.
PRIZE_CAP = Decimal(50_000)

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_NUMBER = r"(?:[0-9][0-9,]*(?:\.[0-9]+)?|[一二三四五六七八九十百千两零]+)"
_AMOUNT = re.compile(rf"({_NUMBER})\s?(万|千|w|k)?\s?(余|多)?\s?(?:元|块|人民币|rmb)?")
_TOTAL = re.compile(
    rf"(?:总价|总额|全款|商品总价|预售价|售价|价格|到手价|预售总价|合同价|全价)[^0-9一二三四五六七八九十。]{{0,6}}({_NUMBER})\s?(万|千)?"
)
_DEPOSIT = re.compile(rf"(?:定金)[^0-9一二三四五六七八九十。%]{{0,8}}({_NUMBER})\s?(万|千|%|成)?")
_DEPOSIT_BEFORE = re.compile(rf"(?:付|交|支付|需付|先付|缴)\s?({_NUMBER})\s?(万|千)?\s?(?:元|块)?(?:钱|的)?定金")
_SHARE = re.compile(
    rf"定金[^0-9一二三四五六七八九十。]{{0,10}}(?:总价|全款|售价|价格)?的?(?:百分之({_NUMBER})|({_NUMBER})\s?(%|成))"
)
_WORTH = re.compile(
    rf"(?:价值|总值|市值|奖金|现金|奖品为?|大奖|一等奖|特等奖|头奖|头等奖|红包|送出?|赢取?|得|抽)[^0-9一二三四五六七八九十,。]{{0,12}}?({_NUMBER})\s?(万|千|w)?\s?(?:元|块|现金|大奖|人民币|豪车|的)"
)


def number(text: str) -> Decimal:
    """``1,000.5``, ``三千五百``, ``十二`` as a number."""
    plain = text.replace(",", "")
    if re.fullmatch(r"[0-9.]+", plain):
        return Decimal(plain)
    total = current = 0
    for char in plain:
        if char in _UNITS:
            total += (current or 1) * _UNITS[char]
            current = 0
        else:
            current = current * 10 + _DIGITS.get(char, 0) if current else _DIGITS.get(char, 0)
    return Decimal(total + current)


def _yuan(digits: str, unit: str | None) -> Decimal:
    factor = {"万": 10_000, "w": 10_000, "千": 1000}.get(unit or "", 1)
    return number(digits) * factor


def deposits(sentence: str) -> Iterator[tuple[int, int]]:
    """Spans of deposits above a fifth of the price named in the same sentence."""
    for share in _SHARE.finditer(sentence):
        percent = number(share.group(1) or share.group(2)) * (10 if share.group(3) == "成" else 1)
        if percent > 20:
            yield share.span()
            return
    total = _TOTAL.search(sentence)
    deposit = _DEPOSIT_BEFORE.search(sentence) or _DEPOSIT.search(sentence)
    if total is None or deposit is None or deposit.group(2) in {"%", "成"}:
        return
    if _yuan(deposit.group(1), deposit.group(2)) * 5 > _yuan(total.group(1), total.group(2)):
        yield deposit.span()


def prizes(sentence: str) -> Iterator[tuple[int, int]]:
    """Spans of prizes above the cap. A total over several winners is no single prize."""
    for worth in _WORTH.finditer(sentence):
        if re.search(r"(?:总价值|总奖池|奖池|总计|累计|合计|总额)[^,。]{0,6}$", sentence[: worth.start() + 3]):
            continue
        if _yuan(worth.group(1), worth.group(2)) > PRIZE_CAP:
            yield worth.span()


RECKONERS: dict[str, Callable[[str], Iterator[tuple[int, int]]]] = {"deposit": deposits, "prize": prizes}
