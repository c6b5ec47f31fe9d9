"""Goods: list, two-character search, completeness filter, one product, guard and matching over 100,000 SKUs.

``python tests/benchmarks/bench_goods.py [SKUS]`` on a throw-away database (SQLite, or what
ZHANGGUI_DATABASE_URL names); prints p50 and p95 in
milliseconds, and beside them a bare scan of the same texts by the database in the same run.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_HOME = tempfile.TemporaryDirectory(prefix="zhanggui-bench-")
os.environ["ZHANGGUI_HOME"] = _HOME.name
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhanggui.config.settings")

KINDS = ["防晒", "精华", "面霜", "口红", "连衣裙", "牛仔裤", "保温杯", "耳机", "台灯", "四件套", "拖鞋", "背包"]
WORDS = [
    "清透",
    "保湿",
    "轻薄",
    "夏季",
    "新款",
    "大容量",
    "便携",
    "纯棉",
    "高腰",
    "儿童",
    "男士",
    "通勤",
    "复古",
    "轻奢",
    "加厚",
]


def fill(count: int) -> None:
    from zhanggui.foundation.accounts import operations as accounts
    from zhanggui.goods.catalog.domain.matching import fold
    from zhanggui.goods.catalog.models import Brand, Product, RoleSpan, SearchText, Sku
    from zhanggui.goods.pricing.models import Price

    rng = random.Random(7)
    accounts.create_shop(name="旗舰店", channel="taobao")
    accounts.create_shop(name="抖店", channel="douyin")
    brand = Brand.objects.create(name="青屿")
    products = []
    for n in range(count // 4):
        title = "".join(rng.sample(WORDS, 3)) + rng.choice(KINDS) + (" 限定礼盒" if n % 5000 == 0 else "")
        products.append(
            Product(code=f"P{n}", code_key=f"p{n}", title=title, brand=brand, score=rng.randrange(101),
                    scores={"taobao": 60, "douyin": 70})
        )  # fmt: skip
    Product.objects.bulk_create(products, batch_size=2000)
    skus = [
        Sku(product=p, code=f"{p.code}-{v}", code_key=f"{p.code}-{v}".lower(), variant=f"规格{v}", has_price=True)
        for p in products
        for v in range(4)
    ]
    Sku.objects.bulk_create(skus, batch_size=2000)
    SearchText.objects.bulk_create(
        [
            SearchText(sku=s, text=fold(f"{s.code}\n{s.product.code}\n{s.product.title}\n{s.variant}\n青屿"))
            for s in skus
        ],
        batch_size=2000,
    )
    RoleSpan.objects.bulk_create(
        [RoleSpan(sku=s, role="profit", starts_date="2026-01-01") for s in skus[::3]], batch_size=2000
    )
    Price.objects.bulk_create(
        [Price(sku=s, kind="sale", amount=9900, currency="CNY", starts_at="2026-01-01T00:00Z") for s in skus],
        batch_size=2000,
    )


def timed(name: str, act: Callable[[], object], rounds: int = 40) -> None:
    act()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        act()
        times.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(times, n=20)[18]
    print(f"{name:<44} p50 {statistics.median(times):8.1f} ms   p95 {p95:8.1f} ms")


def main(count: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    fill(count)
    print(f"{count:,} SKUs on {connection.vendor}, filled in {time.perf_counter() - started:.1f} s")

    from zhanggui.goods.catalog import operations, queries
    from zhanggui.goods.catalog.contracts import GoodsFilter
    from zhanggui.goods.catalog.domain.matching import Seen
    from zhanggui.goods.catalog.exports import write_goods_file
    from zhanggui.goods.catalog.operations.drafts import index
    from zhanggui.goods.pricing import queries as prices
    from zhanggui.goods.pricing.contracts import PriceInput

    def listed(**more: object) -> Callable[[], object]:
        where = GoodsFilter(**more)  # type: ignore[arg-type]
        return lambda: (queries.list_goods(where=where), queries.count_goods(where=where))

    def bare() -> None:
        with connection.cursor() as cursor:
            call = "instr(text, %s)" if connection.vendor == "sqlite" else "strpos(text, %s)"
            cursor.execute(f"SELECT count(*) FROM catalog_searchtext WHERE {call} > 0", ["礼盒"])
            cursor.fetchone()

    timed("bare scan of the search texts", bare)
    timed("list, newest, with count", listed())
    timed("search, common word of two characters", listed(q="防晒"))
    timed("search, rare word of two characters", listed(q="礼盒"))
    timed("search, two words", listed(q="清透 耳机"))
    timed("search, nothing found", listed(q="没有"))
    timed("filter by completeness below 60", listed(score_below=60))
    timed("filter by role", listed(roles=frozenset({"profit"})))
    timed("least complete first", lambda: queries.list_goods(sort="score"))
    deep = ""
    for _ in range(20):
        deep = queries.list_goods(sort="code", cursor=deep, limit=500).next_cursor
    timed("by code, page after 10,000", lambda: queries.list_goods(sort="code", cursor=deep))
    page = [r.sku_id for r in queries.list_goods().rows]
    product = queries.sku_rows(page[:1])[0].product_id
    timed("one product", lambda: queries.product(product))
    timed("completeness of one product, computed anew", lambda: operations.refresh_scores([product]))
    timed("guard over a page of 50 prices", lambda: prices.judge_prices([PriceInput(i, 9500, "CNY") for i in page]))
    started = time.perf_counter()
    asked = index()
    print(f"matching index built in {time.perf_counter() - started:.1f} s")
    timed("match one title", lambda: asked.suggest(Seen("清透轻薄新款防晒 女士通勤", "规格2")))
    path = Path(_HOME.name) / "goods.xlsx"
    started = time.perf_counter()
    write_goods_file(path)
    print(f"goods file out in {time.perf_counter() - started:.1f} s")
    started = time.perf_counter()
    found = operations.import_goods_file(path=path, name="goods.xlsx", actor_id=None, dry_run=True)
    print(f"goods file back, previewed in {time.perf_counter() - started:.1f} s: {found.same:,} unchanged")
    started = time.perf_counter()
    operations.refresh_scores()
    print(f"completeness of all products in {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
