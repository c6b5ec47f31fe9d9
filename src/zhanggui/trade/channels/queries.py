"""Reads: files taken in, saved layouts, and the original row behind a record."""

from __future__ import annotations

from collections.abc import Sequence

from zhanggui.foundation.files import queries as files
from zhanggui.trade.channels.contracts import ImportedFileInfo, LayoutInfo, RawCell
from zhanggui.trade.channels.domain import mapping as mappings
from zhanggui.trade.channels.domain.profiles import Profile
from zhanggui.trade.channels.models import ImportedFile, SavedLayout
from zhanggui.trade.channels.reading import open_file


def file_info(row: ImportedFile) -> ImportedFileInfo:
    return ImportedFileInfo(
        **{name: getattr(row, name) for name in ImportedFileInfo.__dataclass_fields__ if name != "id"}, id=row.pk
    )


def imported_file(file_id: int, *, shop_ids: frozenset[int]) -> ImportedFileInfo | None:
    """The file, if it belongs to one of ``shop_ids``."""
    row = ImportedFile.objects.filter(pk=file_id, shop_id__in=shop_ids).first()
    return file_info(row) if row else None


def imported_files(
    *,
    shop_ids: frozenset[int],
    status: str | None = None,
    troubled: bool = False,
    before_id: int | None = None,
    limit: int = 50,
) -> list[ImportedFileInfo]:
    """Files newest first; ``troubled`` keeps failed ones and those with rejects or residuals."""
    rows = ImportedFile.objects.filter(shop_id__in=shop_ids).order_by("-id")
    if status:
        rows = rows.filter(status=status)
    if troubled:
        rows = rows.filter(status=ImportedFile.FAILED) | rows.filter(rejected__gt=0) | rows.filter(residuals__gt=0)
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [file_info(row) for row in rows[:limit]]


def file_names(file_ids: Sequence[int]) -> dict[int, str]:
    return dict(ImportedFile.objects.filter(pk__in=set(file_ids)).values_list("id", "name"))


def layouts() -> list[LayoutInfo]:
    return [LayoutInfo(r.pk, r.name, r.channel, r.kind, r.mapping) for r in SavedLayout.objects.order_by("name")]


def saved_profiles() -> list[Profile]:
    """Every saved mapping as a layout the reader can try."""
    return [mappings.profile(info.mapping) for info in layouts()]


def raw_row(file_id: int, row: int, *, shop_ids: frozenset[int]) -> list[RawCell] | None:
    """The original cells of one physical row, read again from the kept original; None when the file is not visible.

    Personal cells are marked; masking is the caller's duty unless the reader of the page may see them.
    """
    info = imported_file(file_id, shop_ids=shop_ids)
    if info is None or info.header_row is None:
        return None
    with (
        files.materialise(info.sha256) as path,
        open_file(path, name=info.name, channel=info.channel or None, layouts=saved_profiles()) as opened,
    ):
        values = opened.row_texts(row)
        if values is None:
            return []
        known = {header: name for name, header in opened.facts.mapping.items()}
        return [
            RawCell(
                header=header,
                value=value,
                cell=f"{column_letters(i)}{row}",
                canonical=known.get(header, ""),
                personal=header in opened.facts.personal_headers,
            )
            for i, (header, value) in enumerate(zip(opened.facts.headers, values, strict=False))
        ]


def column_letters(index: int) -> str:
    """Spreadsheet letters of a zero-based column.

    >>> [column_letters(i) for i in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
