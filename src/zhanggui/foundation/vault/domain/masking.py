"""How personal data looks to people who may not see it (K54; GB/T 41833-2022 for waybills).

Every function is total and idempotent: None stays None, empty stays empty, what a platform has masked already stays
masked, and masking twice changes nothing. A literal star in a real value does not pass for a mask.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

HIDDEN: Final = "***"

_STARS: Final = str.maketrans({"＊": "*", "●": "*", "•": "*", "×": "*", "✱": "*"})
_HAN: Final = re.compile(r"[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")

#: Family names of two characters that are still common; the list decides only how much of a name stays visible.
COMPOUND: Final = frozenset(
    re.findall(
        "..",
        "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙"
        "钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里"
        "呼延东郭南门羊舌微生公户公玉公仪梁丘公仲公上公门公山公坚左丘公伯西门公祖第五公乘贯丘公皙南荣东里东宫"
        "仲长子书子桑即墨达奚褚师纳兰歐陽司馬東方南宮諸葛尉遲赫連鍾離長孫鮮于軒轅西門",
    )
)


def _clean(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_STARS).strip()


def is_masked(text: str | None) -> bool:
    """Whether a value was masked by its platform: it holds at least one star. Never match people by such a value."""
    return bool(text) and "*" in _clean(text or "")


def mask_name(text: str | None) -> str | None:
    """The family name and one star, whatever the length of the rest; initials for names in letters.

    >>> mask_name("张三"), mask_name("欧阳娜娜"), mask_name("John Smith"), mask_name("张**")
    ('张*', '欧阳*', 'J*** S***', '张**')
    """
    if not text:
        return text
    name = _clean(text)
    if not name:
        return ""
    seen = name.replace("*", "")
    if "*" in name:
        few = len(seen) <= 1 or (len(seen) == 2 and (seen in COMPOUND or re.fullmatch(r".\*{2,}.", name)))
        if few or re.fullmatch(r"(\w\*{3})( \w\*{3})*", name):
            return name
        name = seen.strip()
    if not _HAN.search(name):
        return " ".join(f"{word[0]}***" for word in name.split()[:3])
    if len(name) == 1:
        return "*"
    family = name[:2] if len(name) > 2 and name[:2] in COMPOUND else name[0]
    return f"{family}*"


#: Parts that separate several numbers in one cell, and a number from its extension.
_NUMBERS: Final = re.compile(r"([/,;、，；|]|\s{2,})")
_EXTENSION: Final = re.compile(r"(转|#|[Ee]xt\.?|[-_](?=[\d*]{1,6}$))")


def mask_phone(text: str | None, *, waybill: bool = False) -> str | None:
    """First three and last four digits of a mobile number; a waybill hides six digits and keeps the last two.

    >>> mask_phone("13812341234"), mask_phone("+86 138-1234-1234"), mask_phone("0571-88886666")
    ('138****1234', '+86 138****1234', '0571****6666')
    >>> mask_phone("13812341234", waybill=True)
    '138******34'
    """
    if not text:
        return text
    parts = _NUMBERS.split(_clean(text))
    return "".join(part if n % 2 else _one_phone(part, waybill) for n, part in enumerate(parts))


def _one_phone(text: str, waybill: bool) -> str:
    number = text.strip()
    if not number:
        return ""
    main, extension = number, ""
    found = _EXTENSION.search(number, 7)
    if found and len(re.sub(r"[^\d*]", "", number[: found.start()])) >= 10:
        main, extension = number[: found.start()], found.group() + HIDDEN
    prefix = ""
    international = re.match(r"(?:\+|00)(86|\d{1,3}(?=[ -]))[ -]*", main)
    if international:
        prefix, main = f"+{international.group(1)} ", main[international.end() :]
    else:
        bare = re.match(r"86[ -]?(?=1[3-9][\d* -]{9,})", main)
        if bare:
            prefix, main = "+86 ", main[bare.end() :]
    signs = re.sub(r"[^\d*]", "", main)
    if not signs:
        return HIDDEN
    return prefix + _hide(signs, *_keep(signs, waybill)) + extension


def _keep(signs: str, waybill: bool) -> tuple[int, int]:
    """How many signs stay visible in front and at the end of a number (stars count as signs)."""
    count = len(signs)
    if count < 7:
        return 0, 0 if count < 5 else 2
    area = 0
    if signs[0] == "0" and count >= 10:
        area = 3 if signs[1] in "12" else 4
    elif count >= 10:
        area = 3
    tail = 2 if waybill else 4
    needed = 6 if waybill else 4
    while area and count - area - tail < needed:
        area -= 1
    while tail and count - area - tail < needed:
        tail -= 1
    return area, tail


def _hide(signs: str, front: int, tail: int) -> str:
    return signs[:front] + "*" * (len(signs) - front - tail) + (signs[-tail:] if tail else "")


_PROVINCE: Final = (
    r"(?:(?:北京|上海|天津|重庆)市?|(?:内蒙古|广西|西藏|宁夏|新疆)(?:壮族|回族|维吾尔)?(?:自治区)?|(?:香港|澳门)(?:特别行政区)?"
    r"|(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省?)"
)
_CITY: Final = r"[^\s市省区县*\d]{1,8}?(?:市(?!场)|自治州|地区|盟)"
_DISTRICT: Final = (
    r"(?!.{0,6}?(?:小区|社区|校区|厂区|街区))"
    r"[^\s市省区县*\d路街巷号]{1,10}?(?:自治县|自治旗|新区|林区|区|县|市(?!场)|旗)"
)
_REGION: Final = re.compile(rf"(?P<province>{_PROVINCE})?\s*(?P<city>{_CITY})?\s*(?P<district>{_DISTRICT})?")


def mask_address(text: str | None) -> str | None:
    """Province, city and district; everything after them is hidden, everything when they cannot be told.

    >>> mask_address("浙江省杭州市西湖区文三路90号1号楼101室"), mask_address("文三路90号")
    ('浙江省杭州市西湖区***', '***')
    """
    if not text:
        return text
    address = _clean(text)
    if not address:
        return ""
    found = _REGION.match(address)
    if found is None or not (found["province"] or found["city"]):
        return HIDDEN
    return "".join(found.group().split()) + HIDDEN


_NUMBER: Final = r"(?:[0-9A-Za-z]+|[零一二三四五六七八九十百甲乙丙丁东西南北]+)"
_ROOM: Final = re.compile(
    rf"{_NUMBER}(?=单元|室|户|房|层|楼|号楼|栋|幢|座|号门|号房)|(?<=[栋幢座楼号元])[0-9]{{2,5}}(?![0-9])"
)
_TRIPLE: Final = re.compile(r"[0-9]+(?:[-－—][0-9]+){1,3}")


def mask_address_for_waybill(text: str | None) -> str | None:
    """The address with building, unit, floor and room numbers hidden; street and house number stay for the courier.

    >>> mask_address_for_waybill("浙江省杭州市西湖区文三路90号东部软件园3幢2单元101室")
    '浙江省杭州市西湖区文三路90号东部软件园*幢*单元*室'
    """
    if not text:
        return text
    return _ROOM.sub("*", _TRIPLE.sub("*", _clean(text)))


def mask_email(text: str | None) -> str | None:
    """First letter of the box, the domain in full: ``a***@x.com``."""
    if not text:
        return text
    box, at, domain = _clean(text).rpartition("@")
    if not at or not box:
        return HIDDEN
    return f"{box[0]}***@{domain}" if box[0] != "*" else f"***@{domain}"


def mask_id_number(text: str | None) -> str | None:
    """First and last sign of an identity number, passport or tax number: ``1****************X``."""
    if not text:
        return text
    number = "".join(_clean(text).split())
    return "*" * len(number) if len(number) < 6 else number[0] + "*" * (len(number) - 2) + number[-1]


def mask_bank_account(text: str | None) -> str | None:
    """The last four digits of a card or account."""
    if not text:
        return text
    number = _clean(re.sub(r"[\s-]", "", _clean(text)))  # what stood apart may combine now
    return "*" * len(number) if len(number) < 8 else "*" * (len(number) - 4) + number[-4:]


def mask_nick(text: str | None) -> str | None:
    """A platform nickname or account: first and last sign with three stars between, whatever its length."""
    if not text:
        return text
    nick = _clean(text)
    if len(nick) < 4:
        return HIDDEN if nick else ""
    return f"{nick[0]}***{nick[-1]}"
