"""The first minutes of a merchant: drop a file, watch it, read what was refused, find the order again."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from zhanggui.foundation.jobs import operations as jobs
from zhanggui.foundation.jobs.models import Job
from zhanggui.trade.channels.sample import generate

LANGUAGES = ("zh-hans", "en")
WORDS = {
    "zh-hans": {"refused": "未导入的行", "map": "设置列对应", "save": "保存并导入", "sum": "合计", "paid": "买家实付"},
    "en": {"refused": "Refused rows", "map": "Map its columns", "save": "Save and import", "sum": "Together",
           "paid": "Buyer paid"},
}  # fmt: skip
TABLE = """Bestellnummer;Datum;Kunde;Artikel;Menge;Einzelpreis;Telefon;Zustand
B-1;03.11.2026;Max Muster;Teekanne blau;2;12,50;0151 2345678;Versendet
B-1;03.11.2026;Max Muster;Tasse;4;3,20;0151 2345678;Versendet
B-2;04.11.2026;Eva Beispiel;Teekanne rot;1;14,00;0160 1112223;Bezahlt
B-3;04.11.2026;Eva Beispiel;Teekanne rot;zwei;14,00;0160 1112223;Bezahlt
"""


@pytest.fixture(scope="session")
def taobao(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Item list and order list of one Taobao shop."""
    folder = tmp_path_factory.mktemp("taobao")
    generate.write_all(folder, seed=5, days=20, orders=40, channels=["taobao"])
    return next(p for p in sorted(folder.iterdir()) if p.is_dir() and any("Detail" in f.name for f in p.iterdir()))


def drop(page: Page, target: str, *files: Path) -> None:
    """Drag files from the desktop onto an element, as a person does."""
    box = page.locator(target).bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(f) for f in files], "dragOperationsMask": 1}
    session = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})


def work(page: Page) -> None:
    """What the worker does: every job that waits. The page's questions wait meanwhile: the test database is one
    connection's memory and takes no reader beside a writer."""
    page.route(re.compile(r"/import/"), lambda route: route.fulfill(status=204))
    page.wait_for_timeout(300)
    for job_id in Job.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True):
        jobs.run(job_id)
    page.unroute(re.compile(r"/import/"))


def send(page: Page) -> None:
    page.locator("#upload-form button.btn-primary").click()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_dropped_file_is_watched_accounted_for_and_found_again(
    lang: str, open_page: Callable[..., Page], taobao: Path, axe: Callable[..., None], shot: Callable[..., Path]
) -> None:
    page = open_page("/import/", lang=lang)
    items = next(f for f in sorted(taobao.iterdir()) if "Detail" in f.name)
    drop(page, ".zg-drop", items)
    expect(page.locator(".zg-drop-list li")).to_contain_text(items.name)
    send(page)
    page.wait_for_url(re.compile(r"/import/jobs/\d+/"))
    expect(page.locator("#import-progress progress")).to_be_visible()
    axe(page)
    shot(page, f"import-running-{lang}")
    work(page)
    page.wait_for_url(re.compile(r"/import/files/\d+/"))
    page.wait_for_load_state("networkidle")
    axe(page)
    shot(page, f"import-result-{lang}")
    refused = page.locator("#refused tbody tr")
    expect(refused).to_have_count(1)
    expect(refused.first).to_contain_text("E+")
    expect(page.get_by_role("heading", name=WORDS[lang]["refused"])).to_be_visible()

    # the order, by two characters of its title
    page.goto(page.url.split("/import/")[0] + "/orders/?from=2026-01-01&to=2026-12-31", wait_until="networkidle")
    title = page.locator("#orders-table tbody tr .clip").first.get_attribute("title") or ""
    word = re.search(r"[\u4e00-\u9fff]{2}", title)
    assert word is not None
    page.locator("[data-list-search]").fill(word[0])
    expect(page.locator(".oh-sentence")).to_contain_text(word[0])
    rows = page.locator("#orders-table tbody tr")
    assert rows.count() > 0
    assert all(word[0] in (row.get_attribute("title") or "") for row in page.locator("#orders-table .clip").all()[:1])
    shot(page, f"orders-found-{lang}")

    # beside the list, then as a page
    several = rows.filter(has=page.locator(".sub", has_text=re.compile(r"\d+ (lines|行商品)"))).first
    several.locator("a[data-open]").click()
    expect(page.locator("#panel .zg-panel-head")).to_be_visible()
    axe(page)
    shot(page, f"order-panel-{lang}", full=False)
    page.goto(page.url.split("/orders/")[0] + str(several.locator("a[data-open]").get_attribute("href")))
    page.wait_for_load_state("networkidle")
    sums = page.locator("#order-lines tfoot tr")
    expect(sums).to_contain_text(WORDS[lang]["sum"])
    paid = page.locator("dt", has_text=WORDS[lang]["paid"]).locator("xpath=following-sibling::dd[1]").inner_text()
    assert paid.strip() in sums.inner_text()
    page.locator(".oh-source button").first.click()
    expect(page.locator("#raw tbody tr").first).to_be_visible()
    assert page.locator("#raw code").first.inner_text().startswith("A")
    axe(page)
    shot(page, f"order-page-{lang}")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_table_is_mapped_and_imported(
    lang: str, open_page: Callable[..., Page], tmp_path: Path, axe: Callable[..., None], shot: Callable[..., Path]
) -> None:
    path = tmp_path / "bestellungen.csv"
    path.write_text(TABLE, encoding="utf-8")
    page = open_page("/import/", lang=lang)
    page.set_input_files(".zg-drop input", path)
    send(page)
    page.wait_for_url(re.compile(r"/import/jobs/"))
    work(page)
    page.wait_for_url(re.compile(r"/import/waiting/\d+/"))
    shot(page, f"import-waiting-{lang}")
    axe(page)
    page.get_by_role("link", name=WORDS[lang]["map"]).click()
    page.wait_for_url(re.compile(r"/import/map/waiting/"))
    chosen = {
        "order_no": "Bestellnummer", "created_at": "Datum", "paid_at": "Datum", "buyer_ref": "Kunde",
        "title": "Artikel", "qty": "Menge", "unit_price": "Einzelpreis", "status_raw": "Zustand",
    }  # fmt: skip
    page.locator("#opt-rows").select_option("line")  # the columns of goods appear
    expect(page.locator("#col-unit_price")).to_be_visible()
    page.wait_for_load_state("networkidle")
    for name, header in chosen.items():
        page.locator(f"#col-{name}").select_option(f"h:{header}")
    page.locator("#col-currency").select_option("=")
    page.locator("#const-currency").fill("EUR")
    page.get_by_label("Telefon").check()
    preview = page.locator("#mapping-preview")
    expect(preview.locator(".imp-count")).to_contain_text("3")
    expect(preview).to_contain_text("Versendet")  # a state nobody knows is named
    page.locator(".imp-more summary").first.click()
    page.locator("#opt-status_map").fill("Versendet = shipped\nBezahlt = paid")
    expect(preview).not_to_contain_text("Versendet =")
    expect(preview).to_contain_text("zwei")
    expect(preview).to_contain_text("25.00")
    page.wait_for_load_state("networkidle")
    assert "Max Muster" not in preview.inner_text()
    axe(page)
    shot(page, f"import-mapping-{lang}")
    page.get_by_role("button", name=WORDS[lang]["save"]).click()
    page.wait_for_url(re.compile(r"/import/jobs/"))
    work(page)
    page.wait_for_url(re.compile(r"/import/files/\d+/"))
    expect(page.locator("#refused tbody tr")).to_have_count(1)
    # another file of the same shape needs no question
    second = tmp_path / "later.csv"
    second.write_text(TABLE.replace("B-", "C-").replace("zwei", "2"), encoding="utf-8")
    page.goto(page.url.split("/import/")[0] + "/import/", wait_until="networkidle")
    page.set_input_files(".zg-drop input", second)
    send(page)
    page.wait_for_url(re.compile(r"/import/jobs/"))
    work(page)
    page.wait_for_url(re.compile(r"/import/files/\d+/"))
    expect(page.locator("#refused")).to_have_count(0)


def test_a_file_of_one_of_two_shops_asks_once_and_goes_on_with_one_click(
    open_page: Callable[..., Page], taobao: Path, axe: Callable[..., None], shot: Callable[..., Path]
) -> None:
    from zhanggui.foundation.accounts import operations

    operations.create_shop(name="青屿生活馆", channel="taobao")
    operations.create_shop(name="云栖家居专营店", channel="taobao")
    page = open_page("/import/", lang="zh-hans")
    page.set_input_files(".zg-drop input", next(f for f in sorted(taobao.iterdir()) if "Detail" in f.name))
    send(page)
    page.wait_for_url(re.compile(r"/import/jobs/"))
    work(page)
    page.wait_for_url(re.compile(r"/import/waiting/\d+/"))
    axe(page)
    shot(page, "import-choose-shop-zh")
    page.get_by_role("button", name="云栖家居专营店").click()
    page.wait_for_url(re.compile(r"/import/jobs/"))
    work(page)
    page.wait_for_url(re.compile(r"/import/files/\d+/"))
    expect(page.locator(".zg-page-note")).to_contain_text("云栖家居专营店")
    page.goto(page.url.split("/import/")[0] + "/import/", wait_until="networkidle")
    expect(page.locator(".imp-waiting")).to_have_count(0)


@pytest.mark.parametrize(
    ("lang", "width", "theme"), [("zh-hans", 390, "light"), ("en", 390, "dark"), ("zh-hans", 1440, "dark")]
)
def test_the_pages_hold_on_a_phone_and_in_the_dark(
    lang: str,
    width: int,
    theme: str,
    open_page: Callable[..., Page],
    person: Callable[..., Any],
    taobao: Path,
    tmp_path: Path,
    axe: Callable[..., None],
    shot: Callable[..., Path],
) -> None:
    from zhanggui.processes.importing.operations import import_file

    owner = person("OWN")
    for path in sorted(taobao.iterdir()):
        result = import_file(path=path, shop_name="青屿生活馆", channel="taobao", actor_id=owner.pk)
    strange = tmp_path / "strange.csv"
    strange.write_text(TABLE, encoding="utf-8")
    waiting = import_file(path=strange, actor_id=owner.pk).waiting_id
    for name, path in {
        "imports": "/import/",
        "file": f"/import/files/{result.file_id}/",
        "waiting": f"/import/waiting/{waiting}/",
        "mapping": f"/import/map/waiting/{waiting}/",
        "orders": "/orders/?from=2026-01-01&to=2026-12-31",
        "nothing": "/orders/?from=2026-01-01&to=2026-12-31&q=nothing",
    }.items():
        page = open_page(path, user=owner, lang=lang, width=width, theme=theme)
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{path} is {overflow} px wider than the screen"
        axe(page)
        shot(page, f"{name}-{lang}-{width}-{theme}")
        if name == "orders":
            href = page.locator("#orders-table a[data-open]").first.get_attribute("href")
            page = open_page(str(href), user=owner, lang=lang, width=width, theme=theme)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
            axe(page)
            shot(page, f"order-{lang}-{width}-{theme}")
