"""Tags, components, catalogues and assets: what every page relies on."""

from __future__ import annotations

import ast
import re
from decimal import Decimal
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from django_cotton.compiler_regex import CottonCompiler

import zhanggui.foundation.ui as ui
from zhanggui.foundation.ui.status import KINDS, TONES, status
from zhanggui.kernel import records
from zhanggui.kernel.money import Money

ROOM = Path(ui.__file__).parent
TAG = re.compile(r'{%\s*translate\s+"([^"]+)"(?:\s+context\s+"([^"]+)")?|_\("([^"]+)"\)')
BLOCK = re.compile(r"{%\s*blocktranslate([^%]*)%}(.*?){%\s*endblocktranslate", re.DOTALL)
CALLS = {"gettext": 0, "gettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1, "ngettext": 0}


def render(text: str, lang: str = "zh-hans", **values: object) -> str:
    with translation.override(lang):
        return Template(text).render(Context(values))


def used() -> set[tuple[str | None, str]]:
    """Every (context, English text) of this room's templates and modules."""
    found: set[tuple[str | None, str]] = set()
    for file in ROOM.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        # the translate tag doubles per cent signs before it looks a text up
        found |= {(context or None, (plain or inner).replace("%", "%%")) for plain, context, inner in TAG.findall(text)}
        for options, body in BLOCK.findall(text):
            context = re.search(r'context "([^"]+)"', options)
            found.add((context and context[1], re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", body)))
    for file in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id in CALLS and len(texts) > CALLS[node.func.id]:
                at = CALLS[node.func.id]
                found.add((texts[0] if at else None, texts[at]))
            elif node.func.id == "_" and file.name == "gallery.py":
                found.add(("gallery", texts[0]))
    return found


def test_every_text_has_its_chinese() -> None:
    with (ROOM / "locale/zh_Hans/LC_MESSAGES/django.po").open("rb") as file:
        catalog = read_po(file)
    known = {
        (m.context, m.id if isinstance(m.id, str) else m.id[0]): m.string if isinstance(m.string, str) else m.string[0]
        for m in catalog
        if m.id
    }
    texts = used()
    assert len(texts) > 250
    assert texts - known.keys() == set()
    assert {key for key, chinese in known.items() if not chinese} == set()
    for (_, english), chinese in known.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", chinese)), english


def test_numbers_are_exact_in_templates() -> None:
    assert render("{% money m %}", m=Money(1999, "CNY")) == "¥19.99"
    assert render('{% money a "CNY" %}|{{ a|money:"USD" }}', a=-1_284_300_12) == "−¥1,284,300.12|−US$1,284,300.12"
    assert render('{% money a "CNY" %}', a=None) == "—"
    assert render('{% percent "0.0314" %} {{ r|percent }}', r=Decimal("0.5")) == "3.1% 50.0%"
    with pytest.raises(TypeError, match="exact"):
        render("{% number f %}", f=0.1)


def cotton(text: str, **values: object) -> str:
    """Render component syntax the way a template file is rendered."""
    return render(CottonCompiler().process(text), **values)


def test_components_do_not_leak_their_attributes_inward() -> None:
    html = cotton('<c-card title="Outer" note="n"><c-alert tone="ok">in</c-alert></c-card>')
    assert html.count("Outer") == 1
    assert "<strong>" not in html


@pytest.mark.parametrize("name", sorted(p.stem for p in (ROOM / "templates/cotton").glob("*.html")))
def test_components_declare_every_variable_they_use(name: str) -> None:
    """A component sees its parents' variables; one it does not declare with a default would leak in from around it."""
    text = (ROOM / f"templates/cotton/{name}.html").read_text(encoding="utf-8")
    head = re.search(r"<c-vars (.*?)/>", text, re.DOTALL)
    declared = set(re.findall(r':?([\w-]+)="', head[1])) if head else set()
    without_default = re.sub(r':?[\w-]+="[^"]*"', "", head[1]).split() if head else []
    assert without_default == []
    read = set(re.findall(r"{{\s*(\w+)", text)) | set(re.findall(r"{%\s*(?:el)?if (\w+)", text))
    made = set(re.findall(r"as (\w+)\s*%}", text)) | set(re.findall(r"{%\s*for (\w+)", text))
    made |= set(re.findall(r"{%\s*for \w+, (\w+)", text)) | set(re.findall(r"with (\w+)=", text))
    assert read - declared - made - {"slot", "attrs", "request", "forloop", "not"} == set()


def test_icons() -> None:
    assert "sprite.svg#truck-delivery" in render('{% icon "truck-delivery" %}')
    assert "aria-hidden" in render('{% icon "truck-delivery" %}')
    assert 'aria-label="Late"' in render('{% icon "clock" "Late" %}')
    with pytest.raises(TemplateSyntaxError, match="no icon"):
        render('{% icon "no-such-icon" %}')
    sprite = (ROOM / "static/vendor/tabler-icons/sprite.svg").read_text(encoding="utf-8")
    names = (ROOM / "icons.txt").read_text(encoding="utf-8").split()
    assert names == sorted(set(names))
    assert set(re.findall(r'<symbol id="([^"]+)"', sprite)) == set(names)
    named = {i for f in ROOM.rglob("*.html") for i in re.findall(r'{% icon "([^"]+)"', f.read_text(encoding="utf-8"))}
    assert named <= set(names)


def test_every_state_of_the_canonical_record_has_its_look() -> None:
    assert set(KINDS["line"]) == set(records.STATES)
    assert set(KINDS["refund"]) == set(records.REFUND_STATES)
    assert set(KINDS["refund_kind"]) == set(records.REFUND_KINDS)
    assert set(KINDS["flag"]) == set(records.FLAGS)
    icons = (ROOM / "icons.txt").read_text(encoding="utf-8").split()
    for table in KINDS.values():
        for look in table.values():
            assert look.tone in TONES
            assert look.icon in icons
        with translation.override("zh-hans"):
            labels = [str(look.label) for look in table.values()]
        assert len(set(labels)) == len(labels), labels


def test_a_state_nobody_knows_shows_itself() -> None:
    look = status("line", "teleported")
    assert (look.label, look.tone) == ("teleported", "bad")
    with pytest.raises(KeyError):
        status("weather", "paid")


def test_sorting_starts_where_the_column_says_and_turns_round() -> None:
    factory = RequestFactory()
    text = '{% sort_head "-paid" as s %}{{ s.href }} {{ s.state }}'
    assert render(text, request=factory.get("/?page=3&q=a")) == "?q=a&amp;sort=-paid "
    assert render(text, request=factory.get("/?sort=-paid")) == "?sort=paid descending"
    assert render(text, request=factory.get("/?sort=paid")) == "?sort=-paid ascending"


@pytest.mark.parametrize(
    ("change", "up_is", "tone", "text"),
    [
        ("0.062", "good", "good", "6.2%"),
        ("-0.031", "good", "worse", "3.1%"),
        ("0.062", "bad", "worse", "6.2%"),
        ("0.062", "none", "flat", "6.2%"),
        ("0.0001", "good", "flat", "持平"),
        (None, "good", "none", "—"),
    ],
)
def test_a_change_says_whether_it_is_good(change: str | None, up_is: str, tone: str, text: str) -> None:
    value = Decimal(change) if change else None
    html = render("{% delta_parts value up_is as d %}{{ d.tone }} {{ d.text }}", value=value, up_is=up_is)
    assert html == f"{tone} {text}"


def test_style_sheets_fetch_nothing_and_pages_carry_no_inline_script() -> None:
    for sheet in (ROOM / "static").rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?(?:https?:)?//", text), sheet.name
        assert "sourceMappingURL" not in text
    for page in (ROOM / "templates").rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:|hx-on", text), page.name
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), page.name


def test_vendored_packages_name_version_and_licence_and_stay_small() -> None:
    for folder in (ROOM / "static/vendor").iterdir():
        assert re.match(r"\S+ \d+\.\d+\.\d+ \(\S+\)\n", (folder / "VERSION").read_text(encoding="utf-8"))
        assert (folder / "LICENSE").stat().st_size > 500
        assert all(f.stat().st_size < 3_000_000 for f in folder.iterdir())
