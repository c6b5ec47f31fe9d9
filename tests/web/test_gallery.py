"""Every component, in both languages, wide and on a phone, light and dark: looked at, and held to axe-core."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect


def _settled(page: Page) -> None:
    """All charts drawn."""
    page.wait_for_function(
        "[...document.querySelectorAll('[data-chart-canvas]')].every(c => c.querySelector('canvas'))"
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_gallery_is_sound(
    open_page: Callable[..., Page],
    axe: Callable[..., None],
    shot: Callable[..., Path],
    lang: str,
    width: int,
    theme: str,
) -> None:
    page = open_page("/ui/gallery/", lang=lang, width=width, theme=theme)
    _settled(page)
    expect(page.locator("h1")).to_have_text("组件库" if lang == "zh-hans" else "Gallery")
    assert page.locator("html").get_attribute("lang") == ("zh-Hans" if lang == "zh-hans" else "en")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"the page is {wider} px wider than the screen"
    axe(page)
    shot(page, f"gallery-{lang}-{width}-{theme}")


def test_the_watch_of_every_page_can_fail(open_page: Callable[..., Page], faults: list[str]) -> None:
    """An image from elsewhere is refused by the content policy, and an uncaught error is heard: both are faults."""
    page = open_page("/ui/gallery/")
    assert faults == []
    page.evaluate("new Promise(done => { const i = new Image(); i.onerror = done; i.src = '//other.invalid/x.png'; })")
    page.evaluate("new Promise(done => setTimeout(() => { setTimeout(done); throw new Error('planted'); }))")
    assert any("Content Security Policy" in fault for fault in faults), faults
    assert any("planted" in fault for fault in faults), faults
    faults.clear()


def test_axe_can_fail(page: Page, axe: Callable[..., None]) -> None:
    page.evaluate("document.querySelector('#main').insertAdjacentHTML('beforeend', '<button></button>')")
    with pytest.raises(AssertionError, match="button-name"):
        axe(page)


def test_side_panel_opens_over_the_list_and_gives_it_back(page: Page, axe: Callable[..., None]) -> None:
    _settled(page)
    link = page.locator("#gallery-orders [data-open]").nth(2)
    link.scroll_into_view_if_needed()
    before = page.evaluate("scrollY")
    link.click()
    panel = page.locator("#panel-frame")
    expect(panel).to_be_visible()
    expect(panel.locator("h2")).to_contain_text("361804420771051")
    assert page.evaluate("scrollY") == before
    axe(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(link).to_be_focused()


def test_rows_by_keyboard(page: Page) -> None:
    _settled(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    row = page.locator("#gallery-orders tbody tr").nth(1)
    expect(row).to_have_class("is-current")
    page.keyboard.press("x")
    expect(row.locator("input[type=checkbox]")).to_be_checked()
    expect(page.locator("#gallery-orders").locator("xpath=../..").locator("[data-picked]")).to_have_text("1")
    page.keyboard.press("Enter")
    expect(page.locator("#panel-frame")).to_be_visible()
    expect(row).to_have_class("is-current is-picked is-open")
    page.keyboard.press("j")
    expect(page.locator("#gallery-orders tbody tr").nth(2)).to_have_class("is-current is-open")


def test_all_rows_are_selected_and_let_go(page: Page) -> None:
    frame = page.locator(".zg-table-frame").filter(has=page.locator("#gallery-orders"))
    page.locator("#gallery-orders [data-check-all]").check()
    expect(frame.locator("[data-picked]")).to_have_text("8")
    frame.locator("[data-check-none]").click()
    expect(frame.locator(".zg-table-bulk")).to_be_hidden()
    assert page.locator("#gallery-orders tbody input:checked").count() == 0


def test_hidden_columns_are_remembered(page: Page) -> None:
    head = page.locator("#gallery-orders th[data-col=discount]")
    expect(head).to_be_hidden()
    page.get_by_role("button", name="列", exact=True).click()
    page.get_by_label("优惠").check()
    expect(head).to_be_visible()
    page.get_by_label("店铺", exact=True).uncheck()
    page.reload(wait_until="networkidle")
    expect(page.locator("#gallery-orders th[data-col=discount]")).to_be_visible()
    expect(page.locator("#gallery-orders th[data-col=shop]")).to_be_hidden()
    expect(page.locator("#gallery-orders tbody tr").first.locator("td").nth(3)).to_be_hidden()


def test_search_lists_pages_and_survives_a_missing_answer(page: Page, axe: Callable[..., None]) -> None:
    """No room answers ``/search/`` yet, or one does: pages are found either way."""
    page.route("**/search/**", lambda route: route.fulfill(status=404, body=""))
    page.keyboard.press("Control+k")
    box = page.locator("#palette-input")
    expect(box).to_be_focused()
    box.fill("设")
    expect(page.locator("#palette-results [role=option]").first).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()


def test_search_shows_what_the_server_found(page: Page) -> None:
    found = '<h3>订单</h3><a role="option" href="/ui/gallery/?hit=1"><span>361804</span></a>'
    page.route("**/search/**", lambda route: route.fulfill(status=200, content_type="text/html", body=found))
    page.keyboard.press("Control+k")
    page.locator("#palette-input").fill("3618")
    expect(page.get_by_role("option", name="361804")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui/gallery/?hit=1")


def test_keyboard_help_lists_the_page_keys_too(page: Page, axe: Callable[..., None]) -> None:
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("指派")
    axe(page)


def test_theme_is_kept_without_a_flash(page: Page) -> None:
    page.locator(".zg-account").click()
    page.locator("[data-theme-set=dark]").click()
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"
    answer = page.reload(wait_until="networkidle")
    assert answer is not None
    assert 'data-bs-theme="dark"' in answer.text()


def test_colour_of_a_good_change_follows_language_and_choice(open_page: Callable[..., Page]) -> None:
    def colour(page: Page) -> str:
        return str(page.evaluate("getComputedStyle(document.querySelector('.zg-delta-good')).color"))

    chinese, english = open_page("/ui/gallery/"), open_page("/ui/gallery/", lang="en")
    red, green = colour(chinese), colour(english)
    assert red != green
    english.locator(".zg-account").click()
    english.locator("[data-trend-set=red-good]").click()
    assert colour(english) == red
    assert english.locator(".zg-delta-good svg").first.get_attribute("aria-label") == "Better"


def test_language_switch_is_stored_and_wins_on_another_device(
    open_page: Callable[..., Page], person: Callable[..., object]
) -> None:
    user = person("OWN")
    page = open_page("/ui/gallery/", user=user)
    page.get_by_role("button", name="EN", exact=True).click()
    expect(page.locator("h1")).to_have_text("Gallery")
    other = open_page("/ui/gallery/", user=user, lang="zh-hans")
    expect(other.locator("h1")).to_have_text("Gallery")


def test_unsaved_work_is_guarded(page: Page) -> None:
    page.locator("form[data-guard] [name=name]").fill("新店")
    asked: list[str] = []

    def answer(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", answer)
    page.reload()
    assert asked == ["beforeunload"]


def test_definition_opens_beside_its_number_and_closes_on_escape(page: Page, axe: Callable[..., None]) -> None:
    page.locator(".zg-tile .zg-help").first.click()
    box = page.locator("#help-net")
    expect(box).to_be_visible()
    at, number = box.bounding_box(), page.locator(".zg-tile").first.bounding_box()
    assert at is not None
    assert number is not None
    assert abs(at["x"] - number["x"]) < 120
    assert 0 < at["y"] - number["y"] < 120
    axe(page)
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_chart_gives_its_rows_as_table_and_csv(page: Page) -> None:
    _settled(page)
    panel = page.locator("[data-chart-name=net-sales]")
    panel.locator("[data-chart-act=table]").click()
    expect(panel.locator(".zg-chart-table")).to_be_visible()
    expect(panel.locator("tbody tr").nth(11)).to_contain_text("—")
    with page.expect_download() as csv:
        panel.locator("[data-chart-act=csv]").click()
    text = Path(csv.value.path()).read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    assert lines[0] == "日期,净销售额,前 30 天"
    assert len(lines) == 31
    assert lines[12].startswith("11-03,,")
    first = panel.locator("tbody tr").first.locator("td").first
    assert first.inner_text().replace("¥", "").replace(",", "") == lines[1].split(",")[1]
    panel.locator("[data-chart-act=table]").click()
    with page.expect_download() as png:
        panel.locator("[data-chart-act=png]").click()
    assert Path(png.value.path()).read_bytes().startswith(b"\x89PNG")


def test_dropped_files_are_listed(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "11月订单.csv"
    file.write_bytes(b"x" * 3_000)
    page.locator("#gallery-drop").set_input_files(file)
    expect(page.locator(".zg-drop-list")).to_contain_text("11月订单.csv")


def test_phone_has_thumb_bar_and_drawer(open_page: Callable[..., Page], axe: Callable[..., None]) -> None:
    page = open_page("/ui/gallery/", width=390)
    expect(page.locator(".zg-thumb")).to_be_visible()
    expect(page.locator("#nav")).to_be_hidden()
    page.locator("[data-nav-open]").tap()
    expect(page.locator("#nav")).to_be_visible()
    axe(page)
    page.keyboard.press("Escape")
    expect(page.locator("#nav")).to_be_hidden()


def test_period_chooser_changes_the_address_and_back_returns(page: Page) -> None:
    page.locator(".zg-chooser").nth(1).click()
    page.locator(".zg-menu-period a").filter(has_text="上月").click()
    page.wait_for_url("**from=*to=*")
    expect(page.locator(".zg-chooser").nth(1)).to_contain_text("上月")
    page.go_back()
    expect(page.locator(".zg-chooser").nth(1)).to_contain_text("近 30 天")


@pytest.mark.parametrize(("lang", "words"), [("zh-hans", "没有这个页面"), ("en", "There is no such page")])
def test_error_page(
    open_page: Callable[..., Page], axe: Callable[..., None], shot: Callable[..., Path], lang: str, words: str
) -> None:
    page = open_page("/no/such/page/", lang=lang, status=404)
    expect(page.locator("h1")).to_have_text(words)
    axe(page)
    shot(page, f"error-404-{lang}")
