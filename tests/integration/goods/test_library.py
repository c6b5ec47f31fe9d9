"""The product library on a database."""

# ruff: noqa: E501  rows of a table stay on one line

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from zhanggui.goods.catalog import facts, operations, queries
from zhanggui.goods.catalog.contracts import ArticleSeen, GoodsFilter, ProductInput, SkuInput
from zhanggui.goods.catalog.exports import write_goods_file
from zhanggui.goods.catalog.operations import DuplicateCode, GoodsRefused, NotClean, NotThere, PlanMoved

from .conftest import Goods, png

pytestmark = pytest.mark.data


def codes(**where: Any) -> list[str]:
    return [r.code for r in queries.list_goods(where=GoodsFilter(**where), sort="code").rows]


def test_a_second_sku_with_the_same_code_or_barcode_is_refused(goods: Goods) -> None:
    with pytest.raises(DuplicateCode):
        operations.save_product(
            product=ProductInput(code="ELSE", title="别的"), skus=[SkuInput(code="ts-red-m")], actor_id=None
        )
    with pytest.raises(DuplicateCode):
        operations.save_product(
            product=ProductInput(code="ELSE", title="别的"),
            skus=[SkuInput(code="E-1", barcode="04006381333931")],
            actor_id=None,
        )
    assert queries.product_id_of("ELSE") is None


def test_saving_the_same_again_writes_no_history(goods: Goods) -> None:
    before = len(queries.history(goods.product))
    operations.save_product(
        product=ProductInput(code="TS", title="纯棉圆领短袖T恤"), skus=[SkuInput(code="TS-RED-M")], actor_id=None
    )
    assert len(queries.history(goods.product)) == before


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (ProductInput(code="N", title="防晒" * 5000), "title_too_long"),
        (ProductInput(code="N", title=" \u200b "), "title_empty"),
        (ProductInput(code="\u200b", title="好"), "code_empty"),
        (ProductInput(code="N", title="好", description="x" * 300_000), "description_too_long"),
    ],
)
def test_a_product_that_cannot_be_kept_says_why(db: None, given: ProductInput, reason: str) -> None:
    with pytest.raises(GoodsRefused) as caught:
        operations.save_product(product=given, actor_id=None)
    assert caught.value.reason == reason


def test_two_characters_find_goods_whatever_stands_around_them(goods: Goods) -> None:
    operations.save_product(
        product=ProductInput(code="KZ", title="高腰直筒牛仔裤"), skus=[SkuInput(code="KZ-1")], actor_id=None
    )
    assert codes(q="牛仔") == ["KZ-1"]
    assert codes(q="短袖 l") == ["TS-RED-L"]
    assert codes(q="青屿") == ["TS-RED-L", "TS-RED-M"]
    assert codes(q="6381333") == ["TS-RED-M"]
    assert codes(q="没有") == []
    assert queries.count_goods(where=GoodsFilter(q="短袖")).number == 2


def test_pages_by_cursor_meet_every_sku_once_in_both_directions(goods: Goods) -> None:
    operations.save_product(
        product=ProductInput(code="MANY", title="批量"),
        skus=[SkuInput(code=f"M-{n:03}") for n in range(23)],
        actor_id=None,
    )
    for sort in queries.SORTS:
        seen, cursor, back = [], "", ""
        while True:
            page = queries.list_goods(sort=sort, cursor=cursor, limit=7)
            seen += [r.sku_id for r in page.rows]
            back, cursor = page.previous_cursor, page.next_cursor
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == 25
        again = [r.sku_id for r in queries.list_goods(sort=sort, cursor=back, limit=7).rows]
        assert again == seen[-len(page.rows) - 7 : -len(page.rows)]
    with pytest.raises(queries.BadCursor):
        queries.list_goods(cursor="eA")


def test_roles_and_stages_narrow_the_list_and_only_one_role_holds(goods: Goods) -> None:
    operations.assign_role(sku_id=goods.sku, role="profit", starts_date=date(2026, 1, 1), actor_id=None)
    operations.assign_role(
        sku_id=goods.sku,
        role="traffic",
        starts_date=date(2026, 3, 1),
        ends_date=date(2026, 4, 1),
        main_push=True,
        actor_id=None,
    )
    assert [(r.role, r.main_push) for r in queries.sku_rows([goods.sku], today=date(2026, 3, 15))] == [
        ("traffic", True)
    ]
    assert [r.role for r in queries.sku_rows([goods.sku], today=date(2026, 4, 1))] == ["profit"]
    found = queries.list_goods(where=GoodsFilter(main_push=True), today=date(2026, 3, 31)).rows
    assert [r.sku_id for r in found] == [goods.sku]
    assert [r.sku_id for r in queries.list_goods(where=GoodsFilter(without_role=True)).rows] == [goods.big]
    operations.set_stages(weekly={goods.sku: [40] * 8 + [10] * 6, goods.big: []})
    assert codes(stages=frozenset({"decline"})) == ["TS-RED-M"]
    with pytest.raises(GoodsRefused):
        operations.assign_role(sku_id=goods.sku, role="star", starts_date=date(2026, 1, 1), actor_id=None)


def test_a_bundle_cannot_contain_itself_not_even_through_others(goods: Goods) -> None:
    operations.save_product(
        product=ProductInput(code="SET", title="套装"),
        skus=[SkuInput(code="SET-1"), SkuInput(code="SET-2")],
        actor_id=None,
    )
    one, two = (queries.sku_by_code(c).sku_id for c in ("SET-1", "SET-2"))  # type: ignore[union-attr]
    operations.set_components(sku_id=one, components={goods.sku: 2, two: 1}, actor_id=None)
    operations.set_components(sku_id=two, components={goods.big: 3}, actor_id=None)
    assert queries.expand_bundle(one, 2) == {goods.sku: 4, goods.big: 6}
    with pytest.raises(GoodsRefused) as caught:
        operations.set_components(sku_id=two, components={one: 1}, actor_id=None)
    assert caught.value.numbers["path"].count("SET") == 3
    with pytest.raises(GoodsRefused):
        operations.set_components(sku_id=two, components={two: 1}, actor_id=None)
    assert queries.expand_bundle(two) == {goods.big: 3}


def test_the_category_tree_maps_to_channels_and_children_inherit(goods: Goods) -> None:
    tree = {c.full_name: c for c in queries.categories()}
    operations.map_category(
        category_id=tree["服饰"].id, channel="taobao", platform_id="50010158", platform_path="女装", required=["材质"]
    )
    assert queries.category_mapping(tree["服饰 > 上衣"].id, "taobao") == ("50010158", "女装", ("材质",))
    assert queries.category_mapping(tree["服饰 > 上衣"].id, "jd") is None
    assert codes(category_id=tree["服饰"].id) == ["TS-RED-L", "TS-RED-M"]


def test_a_forty_megabyte_image_or_no_image_is_refused_and_a_new_version_replaces_the_old(
    goods: Goods, tmp_path: Path
) -> None:
    with pytest.raises(GoodsRefused) as caught:
        operations.add_media(
            product_id=goods.product, path=png(tmp_path / "big.png", size=40 * 2**20), name="b.png", actor_id=None
        )
    assert caught.value.reason == "media_too_large"
    (tmp_path / "x.png").write_text("<svg onload=alert(1)>")
    with pytest.raises(GoodsRefused) as caught:
        operations.add_media(product_id=goods.product, path=tmp_path / "x.png", name="x.png", actor_id=None)
    assert caught.value.reason == "media_not_an_image"
    first = queries.product(goods.product).media[0]  # type: ignore[union-attr]
    operations.add_media(
        product_id=goods.product,
        path=png(tmp_path / "n.png", 900, 900),
        name="新.png",
        replaces_id=first.id,
        actor_id=None,
    )
    after = queries.product(goods.product).media  # type: ignore[union-attr]
    assert len(after) == 5
    assert next(m for m in after if m.name == "新.png").version == 2


def test_the_score_follows_what_is_there_and_expired_rights_cost_points(goods: Goods, tmp_path: Path) -> None:
    before = queries.product(goods.product)
    assert before is not None
    assert set(before.scores) == {"taobao", "douyin"}
    operations.add_media(
        product_id=goods.product, path=png(tmp_path / "l.png"), name="l.png", kind="detail", rights="licensed",
        expires_date=date(2026, 6, 30), actor_id=None,
    )  # fmt: skip
    operations.refresh_scores([goods.product], today=date(2026, 6, 30))
    fine = queries.product(goods.product).scores["taobao"]  # type: ignore[union-attr]
    operations.refresh_scores([goods.product], today=date(2026, 7, 1))
    after = queries.product(goods.product)
    assert after is not None
    assert after.scores["taobao"] < fine
    assert "valid_rights" in after.missing["taobao"]
    assert codes(score_below=100) == ["TS-RED-L", "TS-RED-M"]


def article(shop: int, **more: Any) -> ArticleSeen:
    given: dict[str, Any] = {
        "shop_id": shop, "title": "", "sku_text": "", "product_no": "", "sku_no": "", "outer_product_code": "",
        "outer_sku_code": "", "lines": 1, "pieces": 1, "price": 9900, "currency": "CNY",
        "last_sold_at": datetime(2026, 11, 1, tzinfo=UTC),
    }  # fmt: skip
    return ArticleSeen(**(given | more))


def test_articles_become_drafts_a_person_confirms_and_the_answer_is_remembered(goods: Goods) -> None:
    shop = goods.taobao.id
    seen = [
        article(shop, title="T恤", product_no="1", sku_no="11", outer_sku_code="ts-red-m"),
        article(shop, title="夏季新款纯棉圆领短袖T恤男女同款", sku_text="红色;L", product_no="1", sku_no="12"),
        article(shop, title="运费补差", product_no="9", sku_no="91"),
    ]
    assert operations.collect(articles=seen).new == 3
    assert operations.collect(articles=seen) == operations.collect(articles=seen)
    drafts = queries.drafts(shop_ids=frozenset({shop}))
    assert [(d.suggestions[0].code, d.suggestions[0].reason) for d in drafts[:2]] == [
        ("TS-RED-M", "code"), ("TS-RED-L", "words"),
    ]  # fmt: skip
    assert drafts[2].suggestions == ()
    assert queries.drafts(shop_ids=frozenset({goods.douyin.id})) == []
    with pytest.raises(NotThere):
        operations.confirm_matches(
            matches=[(drafts[0].id, goods.sku), (drafts[1].id, 10**9)],
            shop_ids=frozenset({shop}),
            actor_id=goods.editor,
        )
    assert queries.count_drafts(shop_ids=frozenset({shop}))["matched"] == 0
    operations.confirm_matches(
        matches=[(drafts[0].id, goods.sku), (drafts[1].id, goods.big)],
        shop_ids=frozenset({shop}),
        actor_id=goods.editor,
    )
    operations.dismiss_drafts(draft_ids=[drafts[2].id], shop_ids=frozenset({shop}))
    again = operations.collect(
        articles=[*seen[:2], article(shop, title="改了标题", product_no="1", sku_no="11", outer_sku_code="ts-red-m")]
    )
    assert (again.new, again.known) == (0, 2)
    assert {m.sku_no: m.sku_id for m in queries.mappings(shop_ids=[shop])} == {"11": goods.sku, "12": goods.big}


def test_a_corrected_match_keeps_what_held_before(goods: Goods) -> None:
    shop = goods.taobao.id
    operations.collect(articles=[article(shop, title="T", product_no="1", sku_no="11")])
    draft = queries.drafts(shop_ids=frozenset({shop}))[0]
    operations.confirm_matches(matches=[(draft.id, goods.sku)], shop_ids=frozenset({shop}), actor_id=None)
    later = datetime(2026, 11, 20, tzinfo=UTC)
    operations.confirm_matches(
        matches=[(draft.id, goods.big)], shop_ids=frozenset({shop}), actor_id=None, pieces=2, starts_at=later
    )
    held = queries.mappings(shop_ids=[shop])
    at = {d: queries.mapping_at(held, datetime(2026, 11, d, tzinfo=UTC)) for d in (19, 20)}
    assert [(m.sku_id, m.pieces) if m else None for m in at.values()] == [(goods.sku, 1), (goods.big, 2)]


def test_a_draft_that_is_none_of_ours_becomes_a_sku(goods: Goods) -> None:
    shop = goods.taobao.id
    operations.collect(articles=[article(shop, title="电动牙刷", sku_text="白色", product_no="5", sku_no="51")])
    draft = queries.drafts(shop_ids=frozenset({shop}))[0]
    made = operations.create_from_draft(draft_id=draft.id, code="YS-1", shop_ids=frozenset({shop}), actor_id=None)
    assert queries.sku_rows([made])[0].title == "电动牙刷"
    assert queries.mappings(sku_ids=[made])[0].sku_no == "51"


def book(path: Path, *rows: list[Any]) -> Path:
    with xlsxwriter.Workbook(path) as out:
        sheet = out.add_worksheet()
        for n, row in enumerate(rows):
            sheet.write_row(n, 0, row)
    return path


HEAD = ["商家编码", "货号", "商品名称", "规格", "条码", "品牌", "类目", "重量(克)", "成本", "属性"]


def test_the_file_that_went_out_changes_nothing_when_it_comes_back(goods: Goods, tmp_path: Path) -> None:
    for chinese in (True, False):
        path = tmp_path / f"goods-{chinese}.xlsx"
        assert write_goods_file(path, chinese=chinese) == 2
        found = operations.preview_goods_file(path=path, name=path.name, actor_id=None)
        assert (found.same, found.changed, found.new, found.rejected) == (2, 0, 0, 0)


def test_a_goods_file_shows_its_differences_and_is_applied_as_shown(goods: Goods, tmp_path: Path) -> None:
    path = book(
        tmp_path / "in.xlsx", HEAD,
        ["TS-RED-M", "", "", "", "", "", "", 250, 31.5, ""],
        ["NEW-1", "NEW", "新品连衣裙", "蓝 S", 4006381333924, "青屿", "服饰 > 裙", 300, "88.00", "材质=真丝"],
        ["TS-RED-L", "", "", "", "", "", "", "", "", ""],
    )  # fmt: skip
    found = operations.preview_goods_file(path=path, name="in.xlsx", actor_id=goods.editor)
    assert (found.rows, found.new, found.changed, found.same, found.rejected) == (3, 1, 1, 1, 0), found.rejects
    assert found.differences[0].columns["weight_grams"] == [200, 250]
    assert queries.sku_by_code("NEW-1") is None
    operations.apply_goods_file(upload_id=found.upload_id or 0, actor_id=goods.editor)
    new = queries.sku_by_code("new-1")
    assert new is not None
    assert (new.title, new.brand, new.category, new.cost, new.barcode) == (
        "新品连衣裙",
        "青屿",
        "服饰 > 裙",
        8800,
        "4006381333924",
    )
    assert codes(q="连衣") == ["NEW-1"]
    assert queries.costs(goods.sku)[0].amount == 3150
    with pytest.raises(GoodsRefused):
        operations.apply_goods_file(upload_id=found.upload_id or 0, actor_id=goods.editor)
    again = operations.preview_goods_file(path=path, name="in.xlsx", actor_id=goods.editor)
    assert (again.new, again.changed, again.same) == (0, 0, 3)


def test_nothing_of_a_file_with_one_bad_row_is_applied(goods: Goods, tmp_path: Path) -> None:
    path = book(
        tmp_path / "bad.xlsx", HEAD,
        ["TS-RED-M", "", "", "", "", "", "", 999, "", ""],
        ["NEW-1", "", "新品", "", "4006381333932", "", "", "", "", ""],
        ["NEW-2", "", "占用条码", "", "4006381333931", "", "", "", "", ""],
    )  # fmt: skip
    found = operations.preview_goods_file(path=path, name="bad.xlsx", actor_id=None)
    assert [(r.row, r.column, r.reason) for r in found.rejects] == [
        (3, "barcode", "barcode_check_digit"), (4, "barcode", "barcode_taken"),
    ]  # fmt: skip
    with pytest.raises(NotClean):
        operations.apply_goods_file(upload_id=found.upload_id or 0, actor_id=None)
    assert queries.sku_rows([goods.sku])[0].weight_grams == 200


def test_a_library_that_moved_since_the_preview_is_not_overwritten(goods: Goods, tmp_path: Path) -> None:
    path = book(tmp_path / "in.xlsx", HEAD, ["TS-RED-M", "", "", "", "", "", "", 250, "", ""])
    found = operations.preview_goods_file(path=path, name="in.xlsx", actor_id=None)
    operations.save_product(
        product=ProductInput(code="TS"), skus=[SkuInput(code="TS-RED-M", weight_grams=260)], actor_id=None
    )
    with pytest.raises(PlanMoved):
        operations.apply_goods_file(upload_id=found.upload_id or 0, actor_id=None)
    assert queries.sku_rows([goods.sku])[0].weight_grams == 260


def test_two_skus_may_swap_their_barcodes_in_one_file(goods: Goods, tmp_path: Path) -> None:
    path = book(
        tmp_path / "swap.xlsx", HEAD,
        ["TS-RED-M", "", "", "", "4006381333924", "", "", "", "", ""], ["TS-RED-L", "", "", "", "4006381333931", "", "", "", "", ""],
    )  # fmt: skip
    operations.import_goods_file(path=path, name="swap.xlsx", actor_id=None)
    assert [r.barcode for r in queries.sku_rows([goods.sku, goods.big])] == ["4006381333924", "4006381333931"]


@pytest.mark.parametrize("content", [b"not a spreadsheet", b""])
def test_what_is_no_spreadsheet_is_refused(db: None, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.xlsx").write_bytes(content)
    with pytest.raises(GoodsRefused) as caught:
        operations.import_goods_file(path=tmp_path / "x.xlsx", name="x.xlsx", actor_id=None)
    assert caught.value.reason == "file_not_xlsx"


def test_formulas_in_titles_stay_text_on_the_way_out(goods: Goods, tmp_path: Path) -> None:
    operations.save_product(product=ProductInput(code="F", title="=1+1"), skus=[SkuInput(code="F-1")], actor_id=None)
    write_goods_file(tmp_path / "out.xlsx")
    cells = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_index(0).to_python()
    assert ["F-1", "F", "=1+1"] in [row[:3] for row in cells]


def test_costs_are_offered_by_day_and_article(goods: Goods) -> None:
    shop = goods.taobao.id
    operations.set_cost(sku_id=goods.sku, amount=3300, currency="CNY", starts_date=date(2026, 6, 1), actor_id=None)
    operations.collect(articles=[article(shop, title="T", product_no="1", sku_no="11")])
    draft = queries.drafts(shop_ids=frozenset({shop}))[0]
    operations.confirm_matches(matches=[(draft.id, goods.sku)], shop_ids=frozenset({shop}), pieces=2, actor_id=None)
    rows = {(r["code"], r["from_day"]): (r["to_day"], r["unit_cost"]) for r in facts.cost_rows()}
    assert rows["TS-RED-M", date(2026, 1, 1)] == (date(2026, 6, 1), 3000)
    assert rows["11", date(2026, 1, 1)] == (date(2026, 6, 1), 6000)
    assert rows["11", date(2026, 6, 1)] == (None, 6600)
    assert {r["category"] for r in facts.category_rows()} == {"服饰 > 上衣"}
