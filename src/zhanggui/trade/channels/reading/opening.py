"""Recognise a file by its headers."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path

from zhanggui.kernel import records
from zhanggui.trade.channels.contracts import FileFacts, Unreadable
from zhanggui.trade.channels.domain import cells, profiles
from zhanggui.trade.channels.domain.headers import currency_of, normal, unique
from zhanggui.trade.channels.domain.profiles import Profile
from zhanggui.trade.channels.platforms import PROFILES
from zhanggui.trade.channels.reading import containers, documents, sheets
from zhanggui.trade.channels.reading.exported import exported_at
from zhanggui.trade.channels.reading.matching import Match, find_header
from zhanggui.trade.channels.reading.opened import OpenedFile
from zhanggui.trade.channels.reading.rows import Table
from zhanggui.trade.channels.reading.texts import DELIMITERS, TextTable

#: Rows looked at to see how a file writes its amounts.
SAMPLE_ROWS = 2_000


def open_file(
    path: Path,
    *,
    name: str | None = None,
    channel: str | None = None,
    zone: str | None = None,
    currency: str | None = None,
    layouts: Sequence[Profile] = (),
) -> OpenedFile:
    """Open an export of any known layout.

    ``channel`` restricts the choice; ``zone`` and ``currency`` are the shop's and override the channel's;
    ``layouts`` are the merchant's own saved mappings, tried together with the built-in ones.
    Raises :class:`Unreadable` with one clear sentence when nothing can be imported.
    """
    shown = name or path.name
    container = containers.inspect(path, shown)
    try:
        return _open(container, channel, zone, currency, layouts)
    except BaseException:
        container.close()
        raise


def _open(
    container: containers.Container,
    channel: str | None,
    zone: str | None,
    currency: str | None,
    layouts: Sequence[Profile],
) -> OpenedFile:
    every = [*layouts, *(p for p in PROFILES if not p.manual)]
    tables, match = _find(container, every)
    if match is not None and channel and match.profile.channel not in (channel, "other"):
        mine = [p for p in every if p.channel in (channel, "other")]
        again = _find(container, mine)[1]
        if again is None or again.score < match.score:
            wanted, got = records.CHANNELS[channel], records.CHANNELS[match.profile.channel]
            raise Unreadable(
                "wrong_channel",
                f"「{container.name}」是{got.name_zh}的文件，不是{wanted.name_zh}的，请选对店铺再导入。",
                f"“{container.name}” is a {got.name_en} file, not a {wanted.name_en} one;"
                " choose the right shop and import again.",
                channel=match.profile.channel,
            )
        tables, match = _find(container, mine)
    if match is None:
        raise _unknown(container, tables, every)
    profile = match.profile
    if isinstance(tables[0], TextTable):
        encoding = _market_encoding(tables[0], profile, match)
        if encoding != tables[0].encoding:
            tables[0].reread(encoding)
    home = records.CHANNELS[channel or profile.channel]
    found = profile.locate(match.normal)
    stated = _stated_currency(tables[0], match, found)
    used = profile.stated_currency or stated or currency or profile.currency or home.currency
    market = profile.stated_zone or zone or profile.zone or home.zone
    facts = FileFacts(
        channel=channel or profile.channel,
        kind=profile.kind,
        profile=profile.name,
        container=container.label,
        encoding=tables[0].encoding,
        sheet=tables[0].sheet,
        header_row=match.row,
        grain=profile.grain,
        provided={},
        currency=used,
        zone=market,
        exported_at=exported_at(container.name, market),
        headers=match.headers,
        mapping={n: match.headers[i] for n, i in found.items()},
        personal_headers=frozenset(
            match.headers[found[c.name]] for c in profile.columns if c.personal and c.name in found
        ),
    )
    comma = profile.decimal_comma
    if comma is None:
        comma = cells.uses_decimal_comma(_samples(tables[0], match, found, profiles.MONEY), used)
    return OpenedFile(container, tables, match, facts, comma)


def _samples(table: Table, match: Match, found: Mapping[str, int], kind: str) -> list[str]:
    """Cells of the columns of one kind in the first rows below the header."""
    places = [found[c.name] for c in match.profile.columns if c.kind == kind and c.name in found]
    rows = table.head(rows=SAMPLE_ROWS, quoting=match.profile.quoting)[match.row :]
    return [row[i] for row in rows for i in places if i < len(row) and row[i].strip()]


def _stated_currency(table: Table, match: Match, found: Mapping[str, int]) -> str | None:
    """The currency the file itself names: in its headers, in its currency column, or beside its amounts."""
    named = currency_of(match.normal)
    if named is not None:
        return named
    column = match.profile.currency_column
    if column is not None and column in found:
        for row in table.head(rows=SAMPLE_ROWS, quoting=match.profile.quoting)[match.row :]:
            text = row[found[column]].strip().upper() if found[column] < len(row) else ""
            if len(text) == 3 and text.isalpha() and text.isascii():
                return text
    return cells.currency_beside(_samples(table, match, found, profiles.MONEY))


def _find(container: containers.Container, candidates: Sequence[Profile]) -> tuple[list[Table], Match | None]:
    """The tables of the file that share the best layout found, that one first."""
    if container.kind == containers.TEXT:
        text = TextTable(container.path, container.name)
        best: Match | None = None
        for delimiter in DELIMITERS:
            for quoting in (True, False):
                fitting = [p for p in candidates if p.quoting is quoting]
                found = find_header(text.head(delimiter=delimiter, quoting=quoting), fitting) if fitting else None
                if found is not None and (best is None or found.score > best.score):
                    best, text.delimiter = found, delimiter
        return [text], best
    if container.kind == containers.SHEET:
        tables: list[Table] = list(sheets.open_workbook(container.path, container.name))
    elif container.kind == containers.HTML:
        tables = list(sheets.open_html(container.path, container.name))
    elif container.kind == containers.PARQUET:
        tables = [sheets.FrameTable(container.path, container.name)]
    else:
        tables = list(documents.open_document(container.path, container.name))
    matches = [(table, find_header(table.head(), candidates)) for table in tables]
    known = [(t, m) for t, m in matches if m is not None]
    if not known:
        return tables, None
    best_match = max((m for _, m in known), key=lambda m: m.score)
    same = [
        t
        for t, m in known
        if m.profile is best_match.profile and m.normal == best_match.normal and m.row == best_match.row
    ]
    return same, best_match


def _market_encoding(table: TextTable, profile: Profile, match: Match) -> str:
    """Old Amazon reports are Windows-1252 or Shift JIS; their headers are plain ASCII, so the guess was Chinese."""
    if profile.channel == "amazon" and table.encoding in ("gb18030", "big5"):
        sample = " ".join(cell for row in table.head() for cell in row)
        return "cp932" if "JPY" in sample or "Amazon.co.jp" in sample else "cp1252"
    return table.encoding


def _unknown(container: containers.Container, tables: list[Table], candidates: Sequence[Profile]) -> Unreadable:
    """What is nearest, so that the sentence says what is missing rather than only that it failed."""
    rows = [row for table in tables for row in table.head()[:20]]
    header = max(
        rows, key=lambda r: sum(1 for c in r if c.strip() and not c.strip().replace(".", "").isdigit()), default=[]
    )
    present = set(unique([h for h in header if h.strip()]))
    near: Profile | None = None
    best = 0
    for profile in candidates:
        known = sum(1 for c in profile.columns if any(h in present for h in c.normal_headers()))
        if known > best:
            near, best = profile, known
    detail: dict[str, object] = {
        "headers": [h for h in header if h.strip()][:60],
        "encoding": tables[0].encoding if tables else "",
    }
    if near is not None and best >= 3:
        missing = [
            c.headers[0]
            for c in near.columns
            if c.name in near.required and not any(h in present for h in c.normal_headers())
        ]
        home = records.CHANNELS[near.channel]
        detail |= {"nearest": near.name, "missing": missing}
        zh, en = "、".join(missing), ", ".join(missing)
        return Unreadable(
            "unknown_layout",
            f"「{container.name}」像{home.name_zh}的文件，但缺少列：{zh}。请重新导出并勾选这些列，或为它建立列对应。",
            f"“{container.name}” looks like a {home.name_en} file but lacks: {en}."
            " Export it again with these columns, or map its columns.",
            **detail,
        )
    return Unreadable(
        "unknown_layout",
        f"没有认出「{container.name}」的格式，请为它建立列对应后再导入。",
        f"The layout of “{container.name}” is not known; map its columns once, then import it.",
        **detail,
    )


def nearest_headers(wanted: str, headers: Sequence[str]) -> list[str]:
    """Headers most like a wanted one, best first (for the mapping page)."""
    by_normal = {normal(h): h for h in headers}
    return [by_normal[h] for h in difflib.get_close_matches(normal(wanted), list(by_normal), n=3, cutoff=0.4)]
