"""Which row of a file is its header, and whose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zhanggui.trade.channels.domain.headers import unique
from zhanggui.trade.channels.domain.profiles import Profile


@dataclass(frozen=True)
class Match:
    """The header row found for a profile: 1-based row, texts, normalised texts, score."""

    profile: Profile
    row: int
    headers: tuple[str, ...]
    normal: tuple[str, ...]
    score: int


def find_header(head: Sequence[Sequence[str]], candidates: Sequence[Profile]) -> Match | None:
    """The best (profile, header row) among the first 20 rows: most known columns, then most required ones."""
    best: Match | None = None
    for at, headers in _header_candidates(head[:21]):
        names = unique(headers)
        for profile in candidates:
            score = profile.score(names)
            if score is None:
                continue
            rank = (score, len(profile.required), -at)
            if best is None or rank > (best.score, len(best.profile.required), -(best.row - 1)):
                best = Match(profile, at + 1, tuple(headers), tuple(names), score)
    return best


def _header_candidates(head: Sequence[Sequence[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows that may be headers, with their position, trailing blanks off; also two rows read as one, in which the lower
    names what the upper only groups (merged cells)."""
    for at, row in enumerate(head):
        cells = [row]
        upper = head[at - 1] if at else ()
        if any(a.strip() and not (row[i].strip() if i < len(row) else "") for i, a in enumerate(upper)):
            width = max(len(upper), len(row))
            pairs = zip([*upper, *[""] * (width - len(upper))], [*row, *[""] * (width - len(row))], strict=True)
            cells.append([lower if lower.strip() else above for above, lower in pairs])
        for candidate in cells:
            headers = list(candidate)
            while headers and not headers[-1].strip():
                headers.pop()
            if sum(1 for cell in headers if cell.strip()) >= 2:
                yield at, headers
