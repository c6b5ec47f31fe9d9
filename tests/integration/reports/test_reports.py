"""Reports over a small known book: exact sentences, sums, refusals, files, versions, schedule."""

from __future__ import annotations

import io
import json
import re
import zlib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook

import reports_world as world
from reports_world import DAY, NOW
from zhanggui.insight.metrics import queries as metrics
from zhanggui.insight.metrics.domain.errors import BeforeFirstData, NoShop
from zhanggui.insight.metrics.queries.state import State
from zhanggui.insight.reports import operations, queries
from zhanggui.insight.reports.contracts import Number, Report
from zhanggui.insight.reports.domain import rules
from zhanggui.insight.reports.domain.codec import from_plain, to_plain
from zhanggui.insight.reports.exports import document, markdown, page, sheets, words

pytestmark = [pytest.mark.data, pytest.mark.django_db]
FALL = {(1, DAY): (4, 10_000, 210)}


def report(state: State, kind: Any = "daily", day: date = DAY) -> Report:
    return queries.of_facts(kind=kind, day=day, shop_ids=frozenset({1, 2}), now=NOW, state=state)


def sentences(made: Report, language: str) -> list[str]:
    with translation.override(language):
        return [words.text(f.sentence) for f in made.findings]


def test_the_sentences_of_a_known_book(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, FALL, refunds={DAY: 20_000}))
    assert sentences(made, "en") == [
        "Paid amount fell to CN¥600.00: −50.0% against the usual CN¥1,200.00 (median of 8 earlier periods), that is "
        "−CN¥600.00.",
        "Taobao/Tmall: paid amount fell to CN¥400.00: −60.0% against the usual CN¥1,000.00 (median of 8 earlier "
        "periods), that is −CN¥600.00.",
        "Pay conversion fell to 2.58%: −2.09 points against the usual 4.67% (median of 8 earlier periods), worth about "
        "−CN¥485.00 of paid amount.",
        "Refunds rose to CN¥200.00: +CN¥200.00 against the usual CN¥0.00 (median of 8 earlier periods), that is "
        "+CN¥200.00.",
        "Average per order fell to CN¥75.00: −12.5% against the usual CN¥85.71 (median of 8 earlier periods), worth "
        "about −CN¥85.71 of paid amount.",
    ]
    assert sentences(made, "zh-hans")[:3] == [
        "支付金额降至 ¥600.00，较往常的 ¥1,200.00（此前 8 期的中位数）−50.0%，即 −¥600.00。",
        "淘宝/天猫：支付金额降至 ¥400.00，较往常的 ¥1,000.00（此前 8 期的中位数）−60.0%，即 −¥600.00。",
        "支付转化率降至 2.58%，较往常的 4.67%（此前 8 期的中位数）−2.09 个百分点，约合支付金额 −¥485.00。",
    ]
    assert [f.tone for f in made.findings] == ["bad"] * 5
    assert [(a.finding, a.role, a.due) for a in made.actions] == [
        (1, "OPS", date(2026, 4, 24)), (2, "OPS", date(2026, 4, 24)), (3, "OPS", date(2026, 4, 27)),
        (4, "CS", date(2026, 4, 24)), (5, "OPS", date(2026, 4, 28)),
    ]  # fmt: skip
    assert [a.finding for a in made.advice] == [1, 2, 3, 4, 5]


def test_causes_add_up_to_the_change(tmp_path: Path) -> None:
    (book,) = report(world.make(tmp_path, FALL)).books
    assert book.change is not None
    assert book.change.value == -60_000
    for cut in (book.by_factor, book.by_channel):
        assert cut
        assert sum(int(e.amount.value or 0) for e in cut) == -60_000
    assert [e.name.value for e in book.by_factor] == ["visitors", "mix", "conversion", "paid_per_buyer"]


@pytest.mark.parametrize("kind", ["daily", "weekly", "monthly"])
def test_every_number_is_what_the_metric_store_says(kind: str, tmp_path: Path) -> None:
    special = {(1, DAY - timedelta(days=n)): (3, 12_000, 90) for n in range(7)}
    state = world.make(tmp_path, special, refunds={DAY: 9_000}, wobble=300)
    made = report(state, kind)
    numbers = page.numbers(made)
    assert len(numbers) >= 10
    for number in numbers:
        assert number.first is not None
        assert number.last is not None
        asked = dict.fromkeys(["M041", number.metric])  # refunds alone begin later than the book
        answer = metrics.measure_with(
            state, metrics=list(asked), where=number.where, first=number.first, last=number.last, now=NOW
        )
        assert answer.total is not None
        assert answer.total.cells[number.metric].value == number.value, number
    for found in made.findings:
        now, usual = found.sentence.parts["now"], found.sentence.parts["usual"]
        assert isinstance(now, Number)
        assert isinstance(usual, Number)
        if found.rule in ("sales", "channel", "refunds", "spend"):
            assert found.stake.value == Decimal(now.value or 0) - Decimal(usual.value or 0)


def test_nothing_qualifies_on_a_flat_book_and_it_says_so(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, wobble=200))
    assert made.findings == made.advice == made.actions == ()
    assert [n.code for n in made.notes] == ["nothing_qualifies"]
    with translation.override("en"):
        assert "Nothing qualifies as a finding" in markdown.write(made)


def test_a_deviation_within_the_usual_variation_is_no_finding(tmp_path: Path) -> None:
    """±30 % from week to week is usual here; the same fall stood out in the calm book."""
    noisy = {
        (1, DAY - timedelta(days=7 * k)): (10 + (-4, 4, -3, 3, 0, 4, -4, 2)[k - 1], 10_000, 200) for k in range(1, 9)
    }
    made = report(world.make(tmp_path, {**noisy, (1, DAY): (8, 10_000, 200)}))
    assert "sales" not in {f.rule for f in made.findings}


def test_at_most_five_the_largest_stake_first(tmp_path: Path) -> None:
    special = {(1, DAY): (3, 4_000, 220), (2, DAY): (15, 2_000, 100)}
    made = report(world.make(tmp_path, special, refunds={DAY: 30_000}))
    assert len(made.findings) == rules.MOST
    stakes = [abs(int(f.stake.value or 0)) for f in made.findings]
    assert stakes == sorted(stakes, reverse=True)


def test_a_missing_channel_is_named_and_never_zero(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, without=frozenset({2})))
    with translation.override("zh-hans"):
        assert next(words.text(s) for s in made.missing) == "West（京东）：从 4月22日 起有 1 天没有订单文件。"
    assert made.findings == ()
    assert [n.code for n in made.notes] == ["nothing_known"]
    assert [a.role for a in made.actions] == ["OPS"]
    assert made.books[0].change is None
    paid = next(t for t in made.books[0].tiles if t.metric == "M041")
    assert paid.now.missing == (2,)
    assert paid.change is None


def test_too_little_history_is_said(tmp_path: Path) -> None:
    made = report(world.make(tmp_path), day=world.START + timedelta(days=10))
    assert "nothing_judged" in [n.code for n in made.notes]
    with pytest.raises(BeforeFirstData):
        report(world.make(tmp_path), day=world.START - timedelta(days=400))
    with pytest.raises(NoShop):
        queries.of_facts(kind="daily", day=DAY, shop_ids=frozenset(), now=NOW)


def test_a_campaign_in_the_days_is_named(tmp_path: Path) -> None:
    made = report(world.make(tmp_path), day=date(2026, 3, 8))
    with translation.override("en"):
        events = [words.text(n) for n in made.notes if n.code == "event_now"]
    assert any("Women" in text for text in events), events


def test_a_report_survives_the_table(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, FALL))
    assert from_plain(json.loads(json.dumps(to_plain(made)))) == made


def test_the_sheets_hold_numbers(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, FALL))
    with translation.override("zh-hans"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(sheets.write(made)))
    rows = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert list(rows) == ["概览", "关键发现", "问题分析", "建议", "行动计划"]
    paid = next(row for row in rows["概览"] if row[0] == "M041")
    assert paid[3:6] == [600, 1200, -0.5]
    effects = [row[2] for row in rows["问题分析"] if row[0] == "按因素"]
    assert round(sum(effects) * 100) == -60_000
    assert [row[8] for row in rows["关键发现"][1:3]] == [-600, -600]


def test_markdown_escapes_names_and_has_five_parts(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, FALL))
    with translation.override("zh-hans"):
        text = markdown.write(made)
    assert re.findall(r"^## (.+)$", text, re.M) == ["概览", "关键发现", "问题分析", "建议", "行动计划"]
    with translation.override("zh-hans"):
        assert "| 谁 | 截止 | 事项 |" in text


def _mapped(pdf: bytes) -> str:
    """Every character that the embedded fonts of a PDF map their glyphs to."""
    found = ""
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.S):
        try:
            text = zlib.decompressobj().decompress(stream)
        except zlib.error:
            text = stream
        if b"beginbfchar" in text:
            for code in re.findall(rb"<[0-9A-Fa-f]+> <([0-9A-Fa-f]+)>", text):
                found += bytes.fromhex(code.decode()).decode("utf-16-be", "ignore")
    return found


def test_the_pdf_holds_every_chinese_character(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, FALL))
    with translation.override("zh-hans"):
        try:
            content = document.pdf(made)
        except document.NoFont as refused:
            pytest.skip(f"this system has no Chinese font: {refused}")
        chinese = set(re.findall(r"[\u4e00-\u9fff]", markdown.write(made)))
    assert content.startswith(b"%PDF")
    assert len(chinese) > 80
    assert not chinese - set(_mapped(content))


def test_a_character_without_a_font_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = report(world.make(tmp_path))
    monkeypatch.setattr(document, "html", lambda _report: "<p>\U000e0fff\ue0a5</p>")
    with pytest.raises(document.NoFont, match="install"), translation.override("en"):
        document.pdf(made)


def test_a_report_asks_no_address() -> None:
    with pytest.raises(ValueError, match="asks no address"):
        document._refuse("https://example.org/a.png")


def test_versions_stay_and_only_visible_reports_are_listed(tmp_path: Path) -> None:
    made = report(world.make(tmp_path, FALL))
    first = operations.keep(report=made, shop_ids=frozenset({1, 2}), made_at=NOW)
    second = operations.keep(report=made, shop_ids=frozenset({1, 2}), made_at=NOW)
    assert (first.version, second.version) == (1, 2)
    assert queries.get(report_id=first.id, shop_ids=frozenset({1, 2, 3})) == first
    assert queries.get(report_id=first.id, shop_ids=frozenset({1})) is None
    assert [s.id for s in queries.listed(shop_ids=frozenset({1, 2}))] == [second.id, first.id]
    assert queries.listed(shop_ids=frozenset({1})) == []
    assert mail.outbox == []
    assert Client().get(f"/reports/{first.id}/").status_code in (302, 401, 403)
