"""Pages in a real Chromium, against a live server with the finders' static files.

A test takes ``open_page`` (or ``page``, which is the owner's page in Chinese at 1440 px) and fails by itself when a
page asks another host, writes an error to the console or throws. ``axe`` finds accessibility faults, ``shot`` keeps
a picture under ``review/`` for people to look at.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

#: The browser's driver runs an event loop in this thread; Django would refuse the database here otherwise.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ROOT = Path(__file__).resolve().parents[2]
REVIEW = ROOT / "review"
AXE = Path(__file__).parent / "vendor/axe-core/axe.min.js"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "a-long-password-2026"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.web)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium (``ZHANGGUI_CHROMIUM`` names another); tests skip, saying so, when there is none."""
    place = os.environ.get("ZHANGGUI_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(place).exists():
        pytest.skip("no Chromium: install the chromium package or name one in ZHANGGUI_CHROMIUM")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=place, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def person(transactional_db: None) -> Callable[..., Any]:
    """``person("OWN")`` makes somebody who holds a role (for one shop, or all) and may sign in."""
    from zhanggui.foundation.accounts import operations
    from zhanggui.foundation.accounts.models import User

    def make(role: str = "OWN", *, name: str = "王掌柜", shop_id: int | None = None, language: str = "") -> Any:
        count = User.objects.count()
        made = operations.create_user(
            username=f"{role.lower()}{count}", display_name=name, language=language, password=PASSWORD
        )
        operations.grant_role(user_id=made.id, role=role, shop_id=shop_id)
        return User.objects.get(pk=made.id)

    return make


@pytest.fixture
def faults() -> Iterator[list[str]]:
    """What pages did wrong; a test that provokes a fault clears it, any other fault fails the test at its end."""
    found: list[str] = []
    yield found
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.fixture
def open_page(
    browser: Browser, live_server: Any, person: Callable[..., Any], faults: list[str]
) -> Iterator[Callable[..., Page]]:
    """``open_page("/orders/", user=…, lang="en", width=390, theme="dark")``; ``user=None`` is a stranger.

    Fails the test on a request to another host, a console error, an uncaught error, an answer of 500 and above, or a
    first answer other than ``status``.
    """
    contexts: list[BrowserContext] = []
    own: list[Any] = []

    def watch(page: Page, status: int) -> None:
        def asked(request: Request) -> None:
            if not request.url.startswith((live_server.url + "/", "data:", "blob:")):
                faults.append(f"asked another host: {request.url}")

        def said(message: ConsoleMessage) -> None:
            refused = status >= 400 and message.text.startswith("Failed to load resource")
            if message.type == "error" and not refused:
                faults.append(f"console: {message.text} ({message.location.get('url', '')})")

        page.on("request", asked)
        page.on("console", said)
        page.on("pageerror", lambda error: faults.append(f"uncaught: {error}"))
        page.on(
            "response", lambda r: faults.append(f"{r.status}: {r.url}") if r.status >= max(500, status + 1) else None
        )

    def visit(
        path: str,
        *,
        user: Any = "owner",
        lang: str = "zh-hans",
        width: int = 1440,
        height: int | None = None,
        theme: str = "light",
        status: int = 200,
    ) -> Page:
        phone = width < 600
        context = browser.new_context(
            viewport={"width": width, "height": height or (844 if phone else 900)},
            locale="zh-CN" if lang.startswith("zh") else "en-GB",
            color_scheme="dark" if theme == "dark" else "light",
            is_mobile=phone,
            has_touch=phone,
            reduced_motion="reduce",
            service_workers="block",
        )
        contexts.append(context)
        if user == "owner":
            if not own:
                own.append(person("OWN"))
            user = own[0]
        cookies = {"zhanggui_language": lang}
        if user is not None:
            cookies |= session_cookie(user)
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
        page = context.new_page()
        watch(page, status)
        answer = page.goto(live_server.url + path, wait_until="networkidle")
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}, expected {status}"
        return page

    yield visit
    for context in contexts:
        context.close()


def session_cookie(user: Any) -> dict[str, str]:
    """The cookie of a signed-in session of ``user``."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """The owner's first page, in Chinese, 1440 px wide."""
    return open_page("/ui/gallery/")


@pytest.fixture(scope="session")
def axe() -> Callable[..., None]:
    """``axe(page)`` asserts that axe-core finds nothing serious or critical; ``exclude`` names selectors to skip."""
    source = AXE.read_text(encoding="utf-8")

    def check(page: Page, exclude: list[str] | None = None) -> None:
        page.evaluate(source)  # by the debugger: the content policy forbids a script tag, and shall
        found = page.evaluate(
            """async (exclude) => {
                const result = await axe.run({ exclude: exclude.map((s) => [s]) }, { resultTypes: ["violations"] });
                return result.violations.filter((v) => ["serious", "critical"].includes(v.impact)).map((v) => ({
                    id: v.id, help: v.help,
                    nodes: v.nodes.slice(0, 5).map((n) => n.target.join(" ") + ": " + n.failureSummary.split("\\n")[1]),
                }));
            }""",
            exclude or [],
        )
        lines = [f"{v['id']}: {v['help']}\n    " + "\n    ".join(v["nodes"]) for v in found]
        assert not lines, "\n".join(lines)

    return check


@pytest.fixture(scope="session")
def shot() -> Callable[..., Path]:
    """``shot(page, "orders-zh-1440")`` keeps a picture under ``review/``."""

    def take(page: Page, name: str, *, full: bool = True) -> Path:
        path = REVIEW / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path, full_page=full)
        return path

    return take
