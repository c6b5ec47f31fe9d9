# ruff: noqa: E501 (a table of definitions: one line says one thing)
"""Content (M180–M189)."""

from __future__ import annotations

from typing import Final

from zhanggui.insight.metrics.domain.dictionary.words import NO_DAYS, NO_PARTS, m

_POSTS = ("内容数据文件", "files of posts and creators")

METRICS: Final = (
    m("M180", "播放/阅读量", "Plays, reads", add="A", unit="number", grain="post × day", null=NO_DAYS, needs=_POSTS, seed="S004",
      formula=("播放或阅读次数，付费与自然分开", "count; paid and organic apart")),
    m("M181", "完播率", "Completion rate", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000 S002",
      formula=("看完的播放 ÷ 播放", "plays reaching the end ÷ plays")),
    m("M182", "3 秒留存率", "3-second retention", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000 S002",
      formula=("满 3 秒的播放 ÷ 播放", "plays of 3 s or more ÷ plays")),
    m("M183", "点赞评论转发率", "Like, comment, share rate", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000 S002",
      formula=("事件数 ÷ 播放", "events ÷ plays")),
    m("M184", "内容互动率", "Engagement rate", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000 S004",
      formula=("（点赞 + 评论 + 分享 + 收藏）÷ 播放", "(likes + comments + shares + favourites) ÷ plays")),
    m("M185", "内容引流点击率", "Content-to-shop click rate", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000 S004",
      formula=("点击 ÷ 播放", "clicks ÷ plays")),
    m("M186", "内容结构", "Content mix", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000",
      formula=("各类内容篇数 ÷ 篇数", "posts by class ÷ posts")),
    m("M187", "粉丝净增", "Follower growth", add="A", unit="number", grain="post × day", null=NO_DAYS, needs=_POSTS, seed="S001",
      formula=("新增粉丝 − 取关", "net new followers")),
    m("M188", "达人真实度信号", "Creator authenticity signals", add="N", unit="score", grain="post × day", null=NO_DAYS, needs=_POSTS, seed="S002 S004",
      formula=("互动率对同级中位数、粉丝突增、评论重复度等", "engagement against tier median, follower spikes, repeated comments")),
    m("M189", "品牌提及与情感", "Brand mentions, sentiment", add="R", unit="percent", grain="post × day", null=NO_PARTS, needs=_POSTS, seed="S000",
      formula=("（正面 − 负面）÷ 提及", "(positive − negative) ÷ mentions")),
)  # fmt: skip
