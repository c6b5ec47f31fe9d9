"""Codes, texts, bundles, completeness, roles and life stages, without a database."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import ean

from zhanggui.goods.catalog.domain import bundles, codes, goodsfile, lifestage, matching, media, roles, texts
from zhanggui.goods.catalog.domain.completeness import Facts, Weight, completeness
from zhanggui.goods.catalog.reading import weights
from zhanggui.kernel.records import CHANNELS


@given(st.sampled_from([7, 11, 12, 13]), st.data())
def test_a_barcode_is_taken_exactly_when_the_reference_library_takes_it(length: int, data: st.DataObject) -> None:
    digits = data.draw(st.text("0123456789", min_size=length + 1, max_size=length + 1))
    try:
        taken = codes.clean_barcode(digits) == digits
    except codes.BadCode as error:
        taken = error.reason != "check_digit"
    assert taken is ean.is_valid(digits)


@given(st.text("0123456789", min_size=12, max_size=12), st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(body: str, at: int, shift: int) -> None:
    right = body + str(codes.check_digit(body))
    wrong = right[:at] + str((int(right[at]) + shift) % 10) + right[at + 1 :]
    with pytest.raises(codes.BadCode):
        codes.clean_barcode(wrong)


@pytest.mark.parametrize("text", ["123", "12345678901", "ABCDEFGH", "４００６３８１３３３９３２", "1" * 15, ""])
def test_what_is_no_barcode_is_refused(text: str) -> None:
    with pytest.raises(codes.BadCode):
        codes.clean_barcode(text)


def test_upc_and_ean_with_a_leading_zero_are_one_code() -> None:
    assert codes.barcode_key(codes.clean_barcode("036000291452")) == codes.barcode_key("0036000291452")


@pytest.mark.parametrize(("one", "other"), [("ab-1", "AB-1"), ("A B", "A  B"), ("Ａ１", "a1"), ("x\u200b1", "X1")])
def test_codes_that_look_alike_are_one(one: str, other: str) -> None:
    assert codes.code_key(one) == codes.code_key(other)


SCRIPTS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\tscript:alert(1)">x</a>', "<svg/onload=alert(1)>", "<iframe src='//evil'></iframe>",
    '<p style="background:url(javascript:1)">x</p>', "<scr<script>ipt>alert(1)</script>",
    "<!--[if IE]><script>x</script>",
    '<a href="&#106;avascript:alert(1)">x</a>',
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<img src="data:text/html,<script>1</script>">', "<object data=x></object>", "<p onclick=\u200bx()>y</p>",
]  # fmt: skip


@pytest.mark.parametrize("text", SCRIPTS)
def test_nothing_of_a_description_runs(text: str) -> None:
    cleaned = texts.clean_html(f"<p>好</p>{text}<b>尾</b>")
    low = cleaned.text.casefold()
    assert "<script" not in low
    assert "javascript:" not in low.replace("&amp;", "&")
    assert all(word not in low for word in ("onerror=", "onload=", "onclick=", "<iframe", "<svg", "<object", "style="))
    assert cleaned.removed
    assert "好" in cleaned.text
    assert texts.clean_html(cleaned.text) == texts.Cleaned(cleaned.text)


@given(st.text(alphabet=st.sampled_from("<>/\"'=ab 好&;!-scriptonx"), max_size=80))
def test_cleaning_twice_is_cleaning_once_and_tags_are_closed(text: str) -> None:
    once = texts.clean_html(text).text
    assert texts.clean_html(once).text == once
    opened = [
        t for t in once.split("<")[1:] if not t.startswith("/") and t.split(">")[0].split()[0:1] not in (["br"], ["hr"])
    ]
    closed = [t for t in once.split("<")[1:] if t.startswith("/")]
    assert len([t for t in opened if not t.startswith("img")]) == len(closed)


def test_a_title_of_ten_thousand_characters_is_refused_with_its_length() -> None:
    with pytest.raises(texts.BadText) as caught:
        texts.clean_title("防晒" * 5000)
    assert caught.value.numbers == {"length": 10_000, "longest": texts.LONGEST_TITLE}


def test_a_family_emoji_stays_whole_and_a_hidden_joiner_goes() -> None:
    assert texts.clean_title("👨‍👩‍👧 亲子装").text == "👨‍👩‍👧 亲子装"
    assert texts.clean_title("最\u200b好\u2060的\ufeff裙").text == "最好的裙"


@given(
    st.dictionaries(st.integers(1, 8), st.dictionaries(st.integers(1, 8), st.integers(1, 3), max_size=3), max_size=8)
)
def test_bundles_open_to_single_goods_or_name_their_circle(parts: dict[int, dict[int, int]]) -> None:
    circle = bundles.find_cycle(parts)
    if circle is not None:
        assert circle[0] == circle[-1]
        assert all(b in parts[a] for a, b in pairwise(circle))
        return

    def slowly(item: int, pieces: int) -> dict[int, int]:
        if not parts.get(item):
            return {item: pieces}
        total: dict[int, int] = {}
        for part, qty in parts[item].items():
            for single, count in slowly(part, qty * pieces).items():
                total[single] = total.get(single, 0) + count
        return total

    for bundle in parts:
        assert bundles.expand(bundle, parts, 2) == dict(sorted(slowly(bundle, 2).items()))


def test_a_deep_chain_of_doublings_is_opened_at_once() -> None:
    parts = {n: {n + 1: 2} for n in range(1, 3000)}
    assert bundles.expand(1, parts) == {3000: 2**2999}


@given(st.integers(0, 8), st.integers(0, 8), st.booleans(), st.booleans())
def test_completeness_grows_with_what_is_there_and_is_whole_only_when_nothing_is_missing(
    images: int, attributes: int, title: bool, brand: bool
) -> None:
    asked = {"title": Weight(10), "brand": Weight(5), "main_images": Weight(12, 5), "attributes": Weight(10, 4)}
    base = Facts(title=title, brand=brand, main_images=images, attributes=attributes)
    more = Facts(title=title, brand=True, main_images=images + 1, attributes=attributes)
    assert completeness(base, asked).score <= completeness(more, asked).score
    found = completeness(base, asked)
    assert (found.score == 100) is (not found.missing)


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_has_weights(channel: str) -> None:
    whole = Facts(True, True, True, True, True, True, 99, 99, 99, True, 2, 2, 2, 2, 2, 1)
    assert completeness(whole, weights(channel)).score == 100
    assert completeness(Facts(expired=1), weights(channel)).score == 0


STAGES = [
    ("nothing sold", [], None),
    ("nothing sold for weeks", [0] * 10, None),
    ("third week", [5, 9, 14], "introduction"),
    ("idle weeks before the first sale do not count", [0] * 20 + [5, 9, 14], "introduction"),
    ("rising", [5, 6, 8, 10, 12, 14, 18, 22, 26, 30], "growth"),
    ("level", [20, 22, 19, 21, 20, 18, 22, 21, 20, 19, 21, 20], "maturity"),
    ("one promotion in a level year", [20] * 10 + [200] + [20] * 8, "maturity"),
    ("one promotion last week", [20] * 12 + [200], "maturity"),
    ("falling", [60, 60, 58, 55, 50, 44, 38, 30, 24, 18, 14, 10], "decline"),
    ("long after the peak", [100] * 8 + [40] * 12, "decline"),
    ("stopped", [30] * 12 + [0] * 6, "decline"),
    ("back again", [30] * 8 + [4] * 6 + [28, 30, 31, 33], "growth"),
]


@pytest.mark.parametrize(("name", "weekly", "stage"), STAGES)
def test_the_sales_curve_tells_the_stage(name: str, weekly: list[int], stage: str | None) -> None:
    assert lifestage.life_stage(weekly).stage == stage, name


@given(st.lists(st.integers(0, 500), min_size=8, max_size=40), st.integers(2, 9))
def test_the_stage_does_not_depend_on_the_unit(weekly: list[int], factor: int) -> None:
    if max(weekly) >= 40:
        few = lifestage.StageRule(least_pieces=0)
        one, other = lifestage.life_stage(weekly, few), lifestage.life_stage([w * factor * 2 for w in weekly], few)
        # medians of even blocks round to a whole piece: away from a threshold nothing may change
        if one.before and one.peak and one.recent is not None:
            margins = (
                abs(one.recent * 100 - one.before * 125), abs(one.recent * 100 - one.before * 75),
                abs(one.recent * 100 - one.peak * 50),
            )  # fmt: skip
            if min(margins) > 300:
                assert one.stage == other.stage


def test_a_portfolio_without_profit_goods_is_out_of_balance_and_decline_asks_for_an_act() -> None:
    goods = [lifestage.Good(n, "traffic", "maturity") for n in range(9)]
    goods += [lifestage.Good(10, "profit", "decline", stock=40), lifestage.Good(11, None, "decline", stock=0)]
    found = lifestage.portfolio_findings(goods)
    assert {f.subject for f in found if f.kind == "imbalance"} == {"traffic", "profit", "activity"}
    assert [f.act for f in found if f.kind == "decline"] == ["clear", "upgrade"]
    assert next(f for f in found if f.kind == "no_role").sku_ids == (11,)


DAYS = st.integers(0, 60).map(lambda n: date(2026, 1, 1) + timedelta(days=n))
SPANS = st.tuples(st.sampled_from(lifestage.ROLES), DAYS, st.none() | st.integers(1, 30))


@given(st.lists(SPANS, max_size=8))
def test_every_day_has_at_most_one_role_and_the_newest_word_holds(
    given_spans: list[tuple[str, date, int | None]],
) -> None:
    spans: list[roles.Span] = []
    said: dict[date, str] = {}
    for role, starts, days in given_spans:
        ends = None if days is None else starts + timedelta(days=days)
        spans = roles.place(spans, roles.Span(role, False, starts, ends))
        for n in range(120):
            day = date(2026, 1, 1) + timedelta(days=n)
            if day >= starts and (ends is None or day < ends):
                said[day] = role
    for n in range(100):
        day = date(2026, 1, 1) + timedelta(days=n)
        held = [s.role for s in spans if s.starts_date <= day and (s.ends_date is None or day < s.ends_date)]
        assert held == ([said[day]] if day in said else [])


def png(width: int, height: int) -> bytes:
    return (
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
        + width.to_bytes(4, "big")
        + height.to_bytes(4, "big")
        + b"\x08\x06"
        + b"\0" * 20
    )


def test_an_image_says_its_size_and_a_bomb_or_a_giant_is_refused() -> None:
    assert media.inspect(png(800, 600), 5000) == media.Shape("image/png", 800, 600)
    for head, size, reason in [
        (png(800, 600), 40 * 1024 * 1024, "too_large"),
        (png(60_000, 60_000), 5000, "too_many_pixels"),
        (b"<html><script>alert(1)</script>", 300, "not_an_image"),
        (png(0, 5), 300, "not_an_image"),
        (b"", 0, "empty"),
    ]:
        with pytest.raises(media.BadMedia) as caught:
            media.inspect(head, size)
        assert caught.value.reason == reason


def cut(text: str) -> list[str]:
    import rjieba

    return list(rjieba.cut(text))


GOODS = [
    matching.Goods(1, "FS-50", "FS", "清透防晒乳 SPF50", "50ml"),
    matching.Goods(2, "FS-100", "FS", "清透防晒乳 SPF50", "100ml"),
    matching.Goods(3, "KZ-RED-M", "KZ", "高腰直筒牛仔裤", "红色 M"),
    matching.Goods(4, "BD-1", "BD", "加厚保温水杯", "500ml", "4006381333931"),
]


@pytest.mark.parametrize(
    ("seen", "sku", "score", "reason"),
    [
        (matching.Seen("随便", outer_sku_code="fs-100"), 2, 100, "code"),
        (matching.Seen("随便", outer_sku_code="4006381333931"), 4, 98, "barcode"),
        (matching.Seen("随便", outer_product_code="bd"), 4, 90, "product_code"),
    ],
)
def test_an_equal_code_matches_first(seen: matching.Seen, sku: int, score: int, reason: str) -> None:
    found = matching.Index(GOODS, cut).suggest(seen)
    assert (found[0].sku_id, found[0].score, found[0].reason) == (sku, score, reason)


def test_words_find_the_goods_and_the_size_decides_between_variants() -> None:
    index = matching.Index(GOODS, cut)
    found = index.suggest(matching.Seen("夏季新款 清透防晒乳SPF50 学生军训", "100毫升"))
    assert [f.sku_id for f in found][:1] == [2]
    assert found[0].score < 90
    assert all(f.clash for f in found if f.sku_id == 1)
    assert index.suggest(matching.Seen("电动牙刷替换头")) == []
    assert index.suggest(matching.Seen("")) == []


HEADS = ["商家编码", "货号", "商品名称", "条码", "重量(克)", "成本", "属性", "在售"]


def judged(*rows: list[object], known: dict[str, goodsfile.Known] | None = None) -> goodsfile.Plan:
    held = known or {}
    bars = {k.barcode_key: key for key, k in held.items() if k.barcode_key}
    return goodsfile.plan(list(enumerate(map(list, rows), 2)), goodsfile.heads(HEADS), held, {}, bars)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (["", "", "名", "", "", "", "", ""], "code", "code_empty"),
        (["A1", "", "", "", "", "", "", ""], "title", "title_empty"),
        (["A1", "", "名" * 10_000, "", "", "", "", ""], "title", "title_too_long"),
        (["A1", "", "名", "4006381333932", "", "", "", ""], "barcode", "barcode_check_digit"),
        (["A1", "", "名", 1.2345678901234567e16, "", "", "", ""], "barcode", "number_not_text"),
        (["A1", "", "名", "", "1.5", "", "", ""], "weight_grams", "not_whole_grams"),
        (["A1", "", "名", "", "-3", "", "", ""], "weight_grams", "not_whole_grams"),
        (["A1", "", "名", "", "", "1.999", "", ""], "cost", "too_many_decimals"),
        (["A1", "", "名", "", "", "一百", "", ""], "cost", "not_an_amount"),
        (["A1", "", "名", "", "", "NaN", "", ""], "cost", "not_an_amount"),
        (["A1", "", "名", "", "", "", "红色", ""], "attributes", "attributes_form"),
        (["A1", "", "名", "", "", "", "", "也许"], "is_active", "not_yes_or_no"),
    ],
)
def test_a_bad_cell_is_named_with_row_column_and_reason(row: list[object], column: str, reason: str) -> None:
    found = judged(["OK", "", "好", "", "", "", "", ""], row).rejects
    assert [(r.row, r.column, r.reason) for r in found] == [(3, column, reason)]


def test_codes_and_barcodes_that_stand_twice_are_refused_at_the_second_place() -> None:
    plan = judged(
        ["A1", "", "名", "4006381333931", "", "", "", ""],
        ["a1", "", "名", "", "", "", "", ""],
        ["B1", "", "名", "4006381333931", "", "", "", ""],
    )
    assert [(r.row, r.reason, r.numbers) for r in plan.rejects] == [
        (3, "code_twice", {"first_row": 2}), (4, "barcode_twice", {"first_row": 2}),
    ]  # fmt: skip


def test_rows_of_one_product_must_agree() -> None:
    plan = judged(["A1", "P", "名", "", "", "", "", ""], ["A2", "P", "别名", "", "", "", "", ""])
    assert [(r.row, r.column, r.reason) for r in plan.rejects] == [(3, "title", "rows_disagree")]


def test_numbers_of_a_spreadsheet_become_codes_and_exact_money() -> None:
    plan = judged([10086.0, "", "名", 4006381333931.0, 250.0, 12.5, "材质=棉", "是"])
    assert not plan.rejects
    columns = plan.steps[0].columns
    assert plan.steps[0].code == "10086"
    assert {k: columns[k][1] for k in ("barcode", "weight_grams", "cost", "cost_currency")} == {
        "barcode": "4006381333931", "weight_grams": 250, "cost": 1250, "cost_currency": "CNY",
    }  # fmt: skip


def test_a_file_without_a_code_column_says_what_it_found() -> None:
    with pytest.raises(goodsfile.NoHeader) as caught:
        goodsfile.heads(["名称", "价格"])
    assert caught.value.found == ("名称", "价格")
