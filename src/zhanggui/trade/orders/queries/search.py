"""Find orders by any number that stands on them, or any fragment of a title or code."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from zhanggui.trade.orders.queries import sql
from zhanggui.trade.orders.queries.sql import Condition

#: More lines than this name the fragment: it is common, and walking the list meets it soon.
COMMON: Final = 10_000
#: What people see as ``10,000+``.
COUNT_CAP: Final = 10_000
#: Orders found by one number.
MOST_BY_NUMBER: Final = 1_000
_NUMBER: Final = re.compile(r"[A-Za-z0-9#._/-]{4,}")


@dataclass(frozen=True)
class Match:
    """Either the ids that match, or (when they are many) a condition that tells for one order."""

    ids: frozenset[int] | None
    condition: Condition | None = None
    #: How many orders match while nothing else narrows them, counted a little past ``COUNT_CAP``.
    orders: int = 0


def find(q: str, shop_ids: Sequence[int]) -> Match:
    """Orders of ``shop_ids`` that ``q`` speaks of.

    A number is looked up from its beginning in order, line and waybill numbers; a title or code from any fragment.
    Only when nothing is found, order numbers are searched for the fragment too.
    """
    q = q.strip()
    ids = _by_number(q, shop_ids) if _NUMBER.fullmatch(q) else set()
    articles = _articles(q, shop_ids)
    if articles:
        named = sql.one_of("l.article_id", articles)
        many = sql.number(
            f"SELECT count(*) FROM (SELECT 1 FROM orders_line l WHERE {named.sql} LIMIT {COMMON + 1}) AS picked",  # noqa: S608
            named.params,
        )
        titled = sql.one_of("o.article_id", articles)
        stated = sql.number(
            f"SELECT count(*) FROM (SELECT 1 FROM orders_order o WHERE {titled.sql} LIMIT {COMMON + 1}) AS picked",  # noqa: S608
            titled.params,
        )
        if many + stated > COMMON:
            return Match(None, _tells(articles, ids), _how_many(named, titled, ids))
        ids |= {r[0] for r in sql.rows(f"SELECT order_id FROM orders_line l WHERE {named.sql}", named.params)}  # noqa: S608
        ids |= {r[0] for r in sql.rows(f"SELECT id FROM orders_order o WHERE {titled.sql}", titled.params)}  # noqa: S608
    if not ids and _NUMBER.fullmatch(q):
        ids = _by_fragment(q, shop_ids)
    return Match(frozenset(ids))


def _how_many(named: Condition, titled: Condition, ids: set[int]) -> int:
    """Distinct orders by line or title. Each part stops at the cap, so that their union is small."""
    cap = COUNT_CAP + 1
    lines = f"SELECT DISTINCT order_id FROM orders_line l WHERE {named.sql} LIMIT {cap}"  # noqa: S608
    titles = f"SELECT id FROM orders_order o WHERE {titled.sql} LIMIT {cap}"  # noqa: S608
    found = {row[0] for row in sql.rows(lines, named.params)} | {row[0] for row in sql.rows(titles, titled.params)}
    return len(found | ids)


def _by_number(q: str, shop_ids: Sequence[int]) -> set[int]:
    ids: set[int] = set()
    for shop_id in shop_ids:
        prefix = sql.starts_with("order_no", q)
        text = f"SELECT id FROM orders_order WHERE shop_id = %s AND {prefix.sql} LIMIT {MOST_BY_NUMBER}"  # noqa: S608
        ids |= {row[0] for row in sql.rows(text, [shop_id, *prefix.params])}
    for column in ("line_no", "waybill"):
        prefix = sql.starts_with(column, q)
        text = f"SELECT order_id FROM orders_line WHERE {prefix.sql} LIMIT {MOST_BY_NUMBER}"  # noqa: S608
        ids |= {row[0] for row in sql.rows(text, prefix.params)}
    return ids


def _by_fragment(q: str, shop_ids: Sequence[int]) -> set[int]:
    scope, holds = sql.one_of("shop_id", shop_ids), sql.holds("order_no", q)
    text = f"SELECT id FROM orders_order WHERE {scope.sql} AND {holds.sql} LIMIT {MOST_BY_NUMBER}"  # noqa: S608
    return {row[0] for row in sql.rows(text, [*scope.params, *holds.params])}


def _articles(q: str, shop_ids: Sequence[int]) -> list[int]:
    scope, holds = sql.one_of("shop_id", shop_ids), sql.holds("search_text", q.lower())
    # read through: by its index every row would be looked up one by one
    whole = "" if sql.is_postgres() else f" {sql.BY_ID}"
    text = f"SELECT id FROM orders_article{whole} WHERE {scope.sql} AND {holds.sql}"  # noqa: S608
    return [row[0] for row in sql.rows(text, [*scope.params, *holds.params])]


def _tells(articles: list[int], ids: set[int]) -> Condition:
    """A test of one order: its title, one of its lines, or it was found by number."""
    titled = sql.one_of("o.article_id", articles)
    # the sign takes the index of articles away: walk the few lines of the order, not the many of the articles
    named = sql.one_of("l.article_id" if sql.is_postgres() else "+l.article_id", articles)
    tests = [titled.sql, f"EXISTS (SELECT 1 FROM orders_line l WHERE l.order_id = o.id AND {named.sql})"]  # noqa: S608
    params = [*titled.params, *named.params]
    if ids:
        numbered = sql.one_of("o.id", ids)
        tests.append(numbered.sql)
        params += numbered.params
    return Condition(f"({' OR '.join(tests)})", tuple(params))
