"""The small tables that keep the big ones narrow: articles and layers, each text stored once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from zhanggui.trade.orders.domain import layers
from zhanggui.trade.orders.models import Article, Layer
from zhanggui.trade.orders.store import bulk

#: The texts by which a channel names what a line sells.
ARTICLE: Final = ("title", "product_no", "sku_no", "outer_product_code", "outer_sku_code", "sku_text")


def intern_articles(shop_id: int, texts: pl.DataFrame) -> pl.Series:
    """Article ids for rows of the six ``ARTICLE`` texts, in order; combinations not seen before are added."""
    texts = texts.select(ARTICLE)
    kinds = texts.unique(maintain_order=True)
    kinds = kinds.with_columns(digest=pl.Series([layers.digest(*row) for row in kinds.iter_rows()], dtype=pl.String))
    known = bulk.by_keys(Article, ["id", "digest"], "digest", kinds["digest"], fixed={"shop_id": shop_id})
    kinds = kinds.join(known, on="digest", how="left", maintain_order="left")
    fresh = kinds.filter(pl.col("id").is_null())
    if len(fresh):
        fresh = fresh.with_columns(
            bulk.allocate(Article, len(fresh)),
            shop_id=pl.lit(shop_id, dtype=pl.Int64),
            search_text=pl.concat_str(ARTICLE, separator="\n", ignore_nulls=True).str.to_lowercase(),
        )
        bulk.insert(Article, fresh)
        kinds = pl.concat([kinds.filter(pl.col("id").is_not_null()), fresh.select(kinds.columns)])
    found = texts.join(kinds, on=list(ARTICLE), how="left", nulls_equal=True, maintain_order="left")
    return found["id"]


def article_texts(ids: pl.Series) -> pl.DataFrame:
    """``article_id`` and the six texts of each given article."""
    wanted = ids.drop_nulls().unique()
    return bulk.by_keys(Article, ["id", *ARTICLE], "id", wanted).rename({"id": "article_id"})


class Layers:
    """Layers of one batch: known ones by id, joined ones interned. Id 0 stands for *nothing known yet*."""

    def __init__(self, ids: Iterable[int]) -> None:
        wanted = {i for i in ids if i}
        found = Layer.objects.filter(id__in=wanted).values_list("id", "spec")
        self.known: dict[int, dict[str, layers.Clock]] = {0: {}, **{i: layers.load(spec) for i, spec in found}}

    @staticmethod
    def offer(columns: Iterable[str], at: int) -> dict[str, layers.Clock]:
        """The layer of one observation of a table in which every file has the same authority."""
        return layers.offer(columns, layers.DERIVED_AUTHORITY, at)

    def contest(self, offered: layers.Layer) -> dict[int, layers.Contest]:
        """The offer against every known layer."""
        return {i: layers.contest(held, offered) for i, held in self.known.items()}

    @staticmethod
    def intern(layer: layers.Layer) -> int:
        """The id of a layer, added when it is new."""
        text = layers.dump(layer)
        found, _ = Layer.objects.get_or_create(digest=layers.digest(text), defaults={"spec": text})
        return int(found.pk)

    def joined(self, contests: Mapping[int, layers.Contest]) -> dict[int, int]:
        """Old layer id → id of the layer after the offer."""
        return {
            i: i if i and contest.joined == self.known[i] else self.intern(contest.joined)
            for i, contest in contests.items()
        }
