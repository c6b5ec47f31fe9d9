"""Normal form, spans, order, dates: what must hold for every text."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhanggui.law.claims.contracts import AllowEntry, UnknownName
from zhanggui.law.claims.domain.amounts import deposits, number, prizes
from zhanggui.law.claims.domain.normal import squeeze
from zhanggui.law.claims.domain.packs import BadPack, parse_pack
from zhanggui.law.claims.domain.scan import LONG_TEXT
from zhanggui.law.claims.reading import checker, normaliser, shipped_packs

DAY = date(2026, 11, 24)
BAD = ["最好用的拖把", "销量第一的面霜", "国家级品质", "治疗失眠", "稳赚不赔", "五星好评返3元", "刷单", "概不退换"]
PLAIN = ["收纳架三层", "请看尺码表", "面料柔软", "包邮到家", "颜色可选"]
NOISE = st.text(
    alphabet=st.sampled_from("最好第一国家级治疗稳赚 　\u200b\ufeff①㎡ＡＢ銷量體，。！\n😀❤️é<>&\x00ﬁ"), max_size=60
)


@given(NOISE)
@settings(max_examples=60)
def test_every_span_slices_the_original_to_its_term(text: str) -> None:
    verdict = checker(DAY).check(text)
    plain = normaliser().normal
    for one in (*verdict.findings, *verdict.exempt):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
        kept = [c for c in plain(one.text).text if c.isalnum()]
        if not any(c.isascii() for c in kept):
            assert [c for c in plain(one.term).text if c.isalnum()] == kept or one.term in plain(text).text


@given(st.text(max_size=80))
@settings(max_examples=60)
def test_offsets_lead_back_in_order(text: str) -> None:
    normal = normaliser().normal(text)
    places = [normal.origin_start(i) for i in range(len(normal.text))]
    assert places == sorted(places)
    assert all(0 <= p < len(text) for p in places)
    long = text + "。" + "中" * 500
    assert normaliser().normal(long).text.startswith(normal.text)  # arrays and tables agree


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("other", PLAIN)
def test_an_unrelated_sentence_never_removes_a_finding(bad: str, other: str) -> None:
    alone = {(f.rule, f.text) for f in checker(DAY).check(bad).findings}
    assert alone
    for joined in (f"{bad}。{other}", f"{other}。{bad}", f"{other}\n{bad}\n{other}"):
        assert alone <= {(f.rule, f.text) for f in checker(DAY).check(joined).findings}


@pytest.mark.parametrize("bad", BAD)
def test_the_suggestion_applied_ends_the_finding(bad: str) -> None:
    text = f"新品上架，{bad}。"
    for one in checker(DAY).check(text).findings:
        changed = text[: one.start] + one.replacement + text[one.end :]
        assert (one.rule, one.text) not in {(f.rule, f.text) for f in checker(DAY).check(changed).findings}


def test_the_order_of_texts_and_threads_change_nothing() -> None:
    texts = (BAD + PLAIN) * 8
    judge = checker(DAY).check
    once = [judge(t) for t in texts]
    assert [judge(t) for t in reversed(texts)] == once[::-1]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(judge, texts)) == once


@pytest.mark.parametrize(
    "text",
    [
        "最\u200b好用的拖把",
        "最 好 用 的 拖 把",
        "蕞好用",
        "zui好用",
        "Ｎo.1品牌",
        "銷量第壹",
        "顶*级工艺",
        "国J级品质",
        "治liao失眠",
        "减月巴茶",
    ],
)
def test_disguises_are_seen_through(text: str) -> None:
    verdict = checker(DAY).check(text)
    assert verdict.verdict == "violation"
    assert all(text[f.start : f.end] == f.text for f in verdict.findings)


def test_words_that_only_touch_are_no_term() -> None:
    for text in ("打开光线开关", "环保本色纸", "独特供货", "空包装袋", "兄弟一起", "完美白色"):
        assert checker(DAY).check(text).findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x01",
        "\ud800最",
        "<script>alert(1)</script>",
        "最" * 10_000,
        "a" * 10_000,
        "缓解" + "的老和、" * 40 + "疼",
        "好评" + "后就给" * 40,
    ],
    ids=range(9),
)
def test_odd_texts_are_judged_not_refused(text: str) -> None:
    assert checker(DAY).check(text).text == text


def test_the_law_of_the_day() -> None:
    then, now, later = (date(2025, 1, 1), DAY, date(2027, 3, 16))
    article = {day: checker(day).check("招人刷单").findings[0].basis.article for day in (then, now)}
    assert article[then] == "第八条"
    assert article[now].startswith("第九条")
    assert checker(now).check("零添加酱油", category="food").verdict == "review"
    assert checker(later).check("零添加酱油", category="food").verdict == "violation"
    assert checker(date(2010, 1, 1)).check("最好的").verdict == "ok"


def test_category_channel_and_kind() -> None:
    judge = checker(DAY)
    assert judge.check("用于治疗咽炎", category="food").verdict == "violation"
    assert judge.check("用于治疗咽炎", category="drug").verdict == "ok"
    assert judge.check("有问题加微信", channel="taobao").verdict == "review"
    with pytest.raises(UnknownName, match="cosmetic"):
        judge.check("面霜", category="没有的类目")
    with pytest.raises(UnknownName, match="douyin"):
        judge.check("面霜", channel="nowhere")
    assert judge.check("这款最好用", kind="chat").findings[0].step == 1
    assert judge.check("这款最好用", kind="chat").verdict == "review"


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        (
            "violation",
            ["最佳", "国家级", "全网第一", "国旗", "杀菌", "抗氧化", "补肾", "药用", "干细胞", "升值", "日入"],
        ),
        (
            "review",
            ["领导者", "遥遥领先", "零过敏", "立竿见影", "非转基因", "原价", "限量", "倒计时", "不添加", "吊打"],
        ),
        ("ok", ["安全", "推荐", "最近", "最大程度", "第一步", "首页", "唇膏", "面膜", "收纳", "客服", "快递", "天然"]),
    ],
)
def test_a_list_of_words_is_judged_word_by_word(verdict: str, words: list[str]) -> None:
    judge = checker(DAY)
    for word in words:
        assert [judge.check(text).verdict for text in (word, f" {word}。\n")] == [verdict] * 2, word


def test_a_promise_weighs_more_with_health_money_and_education() -> None:
    judge = checker(DAY)
    for text, worse in (("彻底解决收纳难题", "彻底解决失眠烦恼"), ("绝不反弹的弹簧", "减脂后绝不反弹")):
        assert (judge.check(text).verdict, judge.check(worse).verdict) == ("review", "violation")
    assert judge.check("绝对好用", category="finance").verdict == "violation"


def test_a_context_far_away_in_a_long_sentence_and_a_crowd_of_terms() -> None:
    judge = checker(DAY)
    assert judge.check("，".join(["面料柔软"] * 60) + "，最好用").verdict == "violation"
    assert len(judge.check("第一" * 3_000).findings) == 3_000


def test_an_allowed_finding_stays_visible() -> None:
    entry = AllowEntry(1, "最好用", "", "taobao", "法务", "备案", DAY, DAY)
    judge = checker(DAY)
    verdict = judge.check("最好用的拖把", channel="taobao", allow=[entry])
    assert verdict.verdict == "ok"
    assert verdict.findings[0].allowed is not None
    assert verdict.findings[0].as_json()["allowed"]["expires_on"] == "2026-11-24"
    assert judge.check("最好用的拖把", channel="jd", allow=[entry]).verdict == "violation"


def test_amounts() -> None:
    assert [number(t) for t in ("1,000", "三千五百", "十二", "两万"[:1])] == [1000, 3500, 12, 2]
    assert not list(deposits("总价1000元,定金200元"))
    assert list(deposits("总价1000元,定金200.01元"))
    assert list(deposits("定金30%,尾款70%"))
    assert not list(prizes("抽奖一等奖价值50000元"))
    assert list(prizes("抽奖一等奖价值50001元"))
    assert list(prizes("抽奖送价值8万元的汽车"))


def test_every_rule_has_a_basis_and_bad_packs_are_refused() -> None:
    judge = checker(DAY)
    wanted = {r.id for p in shipped_packs() for r in p.rules if p.in_force <= DAY}
    assert {r.id for r in judge.rules} == wanted
    with pytest.raises(BadPack, match=r"\[pack\]"):
        parse_pack({}, "x")
    head = {"title": "t", "version": "1", "source": "s", "in_force": DAY}
    with pytest.raises(BadPack, match="severity"):
        parse_pack(
            {"pack": head, "rule": [{"id": "a", "class": "T1", "severity": "?", "basis": "b", "advice": "c"}]}, "x"
        )


def test_long_and_short_texts_are_squeezed_alike() -> None:
    assert [s.text for s in squeeze("最 好 用")] == ["最好用"]
    assert "最好用" in "".join(s.text for s in squeeze("中" * 500 + " 最 好 用 " + "中" * 500))


@given(st.lists(NOISE, max_size=4))
@settings(max_examples=40)
def test_the_matcher_for_long_texts_finds_the_same(texts: list[str]) -> None:
    judge = checker(DAY)
    plain = [normaliser().normal(text).text for text in (*texts, "最好用的拖把", "no.1 第一")]
    wanted = [list(judge._automaton.iter(text)) for text in plain]
    found = judge.scanner.scan(plain)
    assert found == wanted
    assert any(found)


def test_a_long_text_is_judged_like_its_parts() -> None:
    judge = checker(DAY)
    parts = [*BAD, *PLAIN, "最 好 用 的 拖 把", "顶*级工艺", "第一次使用前请充电"] * 8
    parts += ["面料柔软，颜色可选" * 20] * 140
    whole = judge.check("\n".join(parts))
    assert len(whole.text) > LONG_TEXT
    assert [f.text for f in whole.findings] == [f.text for part in parts for f in judge.check(part).findings]
