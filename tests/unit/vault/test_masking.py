"""K54: what people without the permission see."""

from __future__ import annotations

import csv
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhanggui.foundation.vault.domain import masking

KINDS = {
    "name": masking.mask_name,
    "phone": masking.mask_phone,
    "waybill_phone": partial(masking.mask_phone, waybill=True),
    "address": masking.mask_address,
    "waybill_address": masking.mask_address_for_waybill,
    "email": masking.mask_email,
    "id": masking.mask_id_number,
    "bank": masking.mask_bank_account,
    "nick": masking.mask_nick,
}
GOLDEN = list(csv.DictReader((Path(__file__).parent / "masking.golden.csv").open(encoding="utf-8")))


@pytest.mark.parametrize("row", GOLDEN, ids=lambda r: f"{r['kind']}-{r['input']}")
def test_golden_masks(row):
    assert KINDS[row["kind"]](row["input"]) == row["masked"], row["why"]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_stays_nothing(kind):
    assert KINDS[kind](None) is None
    assert KINDS[kind]("") == ""


text = st.text(
    st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("0123456789+-*＊ /转省市区县路号室张欧阳北京上海浙江杭州西湖自治abcdefgh@."),
    ),
    max_size=40,
)


@pytest.mark.parametrize("kind", KINDS)
@given(value=text)
def test_masking_twice_changes_nothing(kind, value):
    once = KINDS[kind](value)
    assert KINDS[kind](once) == once


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["", "+86", "86", "0086 ", "+86-"]))
def test_a_mobile_number_never_shows_its_middle(number, prefix):
    seen = masking.mask_phone(prefix + number)
    assert seen is not None
    assert seen.removeprefix("+86 ") == f"{number[:3]}****{number[-4:]}"
    on_waybill = masking.mask_phone(prefix + number, waybill=True)
    assert on_waybill is not None
    assert on_waybill.count("*") >= 6


@given(st.text(st.sampled_from("0123456789"), min_size=1, max_size=30))
def test_at_most_seven_digits_and_an_area_code_of_any_number_are_seen_and_four_hidden(number):
    seen = masking.mask_phone(number)
    assert seen is not None
    digits = sum(c.isdigit() for c in seen.removeprefix("+86 "))
    assert digits <= (8 if number.startswith("0") else 7)
    assert len(number) - digits >= min(4, len(number) - 2)


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=6))
def test_a_chinese_name_shows_only_the_family_name(name):
    seen = masking.mask_name(name)
    assert seen is not None
    shown = seen.replace("*", "")
    assert name.startswith(shown)
    assert len(shown) <= 1 or shown in masking.COMPOUND
    assert shown != name


@given(st.text(st.sampled_from("文三路九十号楼单元室阳光小苑0123456789-"), min_size=1, max_size=30))
def test_street_and_house_never_leave_the_address_mask(detail):
    seen = masking.mask_address("浙江省杭州市西湖区" + detail)
    assert seen is not None
    assert seen.startswith("浙江省杭州市")
    assert not any(c.isdigit() for c in seen)


def test_is_masked_knows_stars_of_every_width():
    assert masking.is_masked("张＊")
    assert masking.is_masked("138****1234")
    assert not masking.is_masked("张三")
    assert not masking.is_masked(None)
