"""What the worker does by the clock."""

from __future__ import annotations

from huey import crontab
from huey.contrib.djhuey import db_periodic_task

from zhanggui.processes.lake.operations import refresh_if_stale
from zhanggui.processes.stock.operations import follow_news
from zhanggui.supply.inventory import operations as stock


@db_periodic_task(crontab(minute="*/5"))
def keep_the_lake_fresh() -> None:
    """Holds, notes of refunds, upgrades and lost files: whatever waits for the lake without an import behind it."""
    refresh_if_stale()


@db_periodic_task(crontab(minute="*/5"))
def let_stock_follow_orders() -> None:
    """What files brought since the last run: promises, shipments, releases, returns."""
    follow_news()


@db_periodic_task(crontab(minute="*"))
def let_reservations_expire() -> None:
    """Reservations whose time is up."""
    stock.expire_reservations()


@db_periodic_task(crontab(hour="0", minute="20"))
def take_expired_lots_off_the_shelf() -> None:
    """Lots that expired at midnight go to quarantine."""
    stock.quarantine_expired()
