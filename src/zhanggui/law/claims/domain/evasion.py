"""How a term is written to slip past a word list: pinyin for a character, a character taken apart, a look-alike."""

# ruff: noqa: E501 (tables read better whole)

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

_PINYIN = """
最zui 第di 一yi 国guo 家jia 级ji 世shi 界jie 顶ding 极ji 致zhi 佳jia 好hao 优you 强qiang 高gao 低di 价jia 唯wei 首shou 选xuan
独du 绝jue 对dui 永yong 久jiu 万wan 能neng 治zhi 疗liao 愈yu 消xiao 炎yan 杀sha 菌jun 抗kang 癌ai 防fang 病bing 毒du 降jiang 血xue
压ya 糖tang 脂zhi 减jian 肥fei 瘦shou 身shen 美mei 白bai 祛qu 斑ban 痘dou 疤ba 免mian 疫yi 力li 排pai 根gen 疗liao 药yao 效xiao
特te 供gong 专zhuan 稳wen 赚zhuan 赔pei 保bao 本ben 包bao 过guo 刷shua 单dan 返fan 现xian 评ping 壮zhuang 阳yang 补bu 肾shen 丰feng 胸xiong
湿shi 疹zhen 痛tong 失shi 眠mian 秘mi 方fang 处chu 医yi 用yong 级ji 品pin 牌pai 网wang 全quan 销xiao 量liang 冠guan 军jun
"""
PINYIN = {part[0]: part[1:] for part in _PINYIN.split()}

#: Characters of the same or nearly the same sound that are written in place of another in terms of three or more.
_SOUNDS = {
    "最": "醉罪嘴",
    "第": "弟地帝递",
    "一": "壹1",
    "国": "果郭",
    "家": "佳加嘉",
    "级": "及极吉",
    "级别": "",
    "佳": "加家嘉",
    "唯": "维为惟",
    "顶": "鼎订",
    "绝": "决觉",
    "疗": "聊料辽",
    "治": "冶志制",
    "愈": "玉育",
    "炎": "言颜盐",
    "菌": "均君",
    "癌": "挨碍",
    "压": "鸭",
    "糖": "唐堂",
    "脂": "酯",
    "肥": "非飞菲",
    "祛": "去取",
    "斑": "班般",
    "痘": "豆逗",
    "疫": "役亿",
    "赚": "撰攥",
    "赔": "陪培",
    "返": "反",
    "现": "線",
    "评": "平坪瓶",
    "峰": "疯封风",
    "巅": "颠癫",
    "毒": "独",
    "根": "跟",
    "万": "萬",
    "能": "熊",
    "保": "宝",
    "牌": "排",
    "冠": "官",
    "军": "君",
}
#: Two-character terms whose variants are no words of their own.
_SHORT_SAFE = frozenset(
    [
        "最佳",
        "最好",
        "最强",
        "最优",
        "第一",
        "唯一",
        "顶级",
        "绝对",
        "治疗",
        "治愈",
        "消炎",
        "杀菌",
        "抗癌",
        "防癌",
        "减肥",
        "祛斑",
        "祛痘",
        "根治",
        "稳赚",
        "返现",
        "好评",
        "巅峰",
        "极致",
        "万能",
        "特供",
        "刷单",
    ]
)
_SHORT_BAD = frozenset(
    [
        "地一",
        "为一",
        "决对",
        "制疗",
        "最加",
        "最家",
        "嘴好",
        "罪好",
        "醉好",
        "去痘",
        "去斑",
        "取斑",
        "好平",
        "好瓶",
        "消颜",
        "反现",
        "跟治",
        "弟一",
        "维一",
        "顶极",
        "极至",
        "嘴佳",
        "防挨",
    ]
)
_APART = {
    "肥": "月巴",
    "胖": "月半",
    "好": "女子",
    "级": "纟及",
    "治": "氵台",
    "极": "木及",
    "最": "日取",
    "疗": "疒了",
}
_OWN = {
    "第一": "第1 no1 no.1 n0.1 n01 no·1 numberone number1 number.1 no、1 top1 topone 头号 d1名 第壹 第①",
    "唯一": "惟一 维一",
    "最好": "zuihao 醉好 嘴好 最hao",
    "最佳": "zuijia 嘴佳",
    "极致": "极至",
    "顶级": "顶极 顶及",
    "巅峰": "颠峰 巅疯 颠疯 癫峰",
    "绝对": "决对",
    "治疗": "冶疗 志疗",
    "减肥": "减月巴 减fei jian肥",
    "瘦身": "受身",
    "返现": "反现 返xian fan现 返⾦",
    "杀菌": "杀均 杀君",
    "微信": "",
}


def variants(term: str) -> Iterator[str]:
    """Other spellings of ``term``, without the term itself: pinyin, sound, parts; Latin in lower case."""
    yield from (v for v in _OWN.get(term, "").split() if v)
    chars = list(term)
    if not 2 <= len(chars) <= 6 or not all("\u4e00" <= c <= "\u9fff" for c in chars):
        return
    known = [i for i, c in enumerate(chars) if c in PINYIN]
    for size in (1, 2):
        for picked in combinations(known, size):
            if len(picked) == len(chars):
                continue
            yield "".join(PINYIN[c] if i in picked else c for i, c in enumerate(chars))
    if len(chars) >= 3 and len(known) == len(chars):
        yield "".join(PINYIN[c] for c in chars)
    if len(chars) >= 3:
        for i in known:
            yield "".join(PINYIN[c][0] if k == i else c for k, c in enumerate(chars))
    for i, c in enumerate(chars):
        if c in _APART:
            yield "".join(_APART[c] if k == i else x for k, x in enumerate(chars))
        for other in _SOUNDS.get(c, ""):
            found = "".join(other if k == i else x for k, x in enumerate(chars))
            if len(chars) >= 4 or (len(chars) == 2 and term in _SHORT_SAFE and found not in _SHORT_BAD):
                yield found
