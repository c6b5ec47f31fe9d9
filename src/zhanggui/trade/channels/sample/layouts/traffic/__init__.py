"""Reports of visitors and adverts in the layouts of the platforms that have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from zhanggui.trade.channels.sample.attention import Day
from zhanggui.trade.channels.sample.layouts.traffic.amazon import amazon
from zhanggui.trade.channels.sample.layouts.traffic.douyin import douyin
from zhanggui.trade.channels.sample.layouts.traffic.jd import jd
from zhanggui.trade.channels.sample.layouts.traffic.pinduoduo import pinduoduo
from zhanggui.trade.channels.sample.layouts.traffic.report import Reports
from zhanggui.trade.channels.sample.layouts.traffic.taobao import taobao
from zhanggui.trade.channels.sample.truth import Plan

LAYOUTS: Final[dict[str, Callable[[Plan, Sequence[Day], int], Reports]]] = {
    "taobao": taobao,
    "jd": jd,
    "pinduoduo": pinduoduo,
    "douyin": douyin,
    "amazon": amazon,
}
