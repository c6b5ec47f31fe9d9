# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Team and targets (M190–M193)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import NO_DAYS, NO_PARTS, m

_TARGETS = ("团队目标与实验登记", "targets of the team and registered experiments")

METRICS: Final = (
    m("M190", "目标达成率", "Target attainment", add="R", unit="percent", grain="KPI × period", null=NO_PARTS, needs=_TARGETS, seed="S000",
      formula=("实际 ÷ 目标；越低越好的为 2 − 实际 ÷ 目标", "actual ÷ target; for lower-is-better 2 − actual ÷ target")),
    m("M191", "KPI 得分", "KPI score", add="N", unit="score", grain="KPI × period", null=NO_DAYS, needs=_TARGETS, seed="S000",
      formula=("Σ 权重 · min(上限, 达成率)", "Σ weight · min(cap, attainment)")),
    m("M192", "按时间进度的达成率", "Time-adjusted attainment", add="R", unit="percent", grain="KPI × period", null=NO_PARTS, needs=_TARGETS, seed="S003",
      formula=("实际 ÷（目标 × 应完成比例）", "actual ÷ (target × expected share to date)")),
    m("M193", "实验提升", "Experiment uplift", add="R", unit="percent", grain="KPI × period", null=NO_PARTS, needs=_TARGETS, seed="S000",
      formula=("（B − A）÷ A，附 95% 区间", "(B − A) ÷ A with 95 % interval")),
)  # fmt: skip
