"""Categories of goods: their names, and the words by which a text tells what it sells."""

# ruff: noqa: E501 (tables read better whole)

from __future__ import annotations

import re

from zhanggui.law.claims.contracts import UnknownName

NAMES = {
    "food": "food 食品 普通食品 零食 饮料 生鲜 茶 茶叶 乳制品",
    "health": "health health_food 保健食品 保健品 营养品 蓝帽子",
    "cosmetic": "cosmetic cosmetics 化妆品 美妆 护肤 护肤品 普通化妆品 个护",
    "special_cosmetic": "special_cosmetic 特殊化妆品 特证化妆品",
    "drug": "drug medicine 药品 otc 非处方药",
    "device": "device medical_device 医疗器械 器械 medical 医疗",
    "disinfectant": "disinfectant 消毒产品 消毒",
    "baby": "baby infant 母婴 婴幼儿 奶粉",
    "education": "education edu 教育 培训",
    "finance": "finance invest 金融 理财 投资 招商 加盟",
    "house": "house real_estate 房地产 房产",
    "alcohol": "alcohol 酒 酒类 白酒",
    "tobacco": "tobacco 烟草 电子烟",
    "pesticide": "pesticide 农药 兽药 veterinary",
    "seed": "seed 种子 种苗",
    "general": "general other 普通商品 百货 其他",
    "textile": "textile apparel 服饰 服装 纺织品",
    "appliance": "appliance 家电 数码 电器",
}


#: Where a text will stand: the channels of the records, and places that are no shop.
CHANNEL_NAMES = {
    "taobao": "taobao tmall 淘宝 天猫 淘宝/天猫",
    "jd": "jd jingdong 京东",
    "pinduoduo": "pinduoduo pdd 拼多多",
    "douyin": "douyin 抖音 抖店 巨量",
    "kuaishou": "kuaishou 快手 快手小店",
    "xiaohongshu": "xiaohongshu xhs rednote 小红书",
    "wechat": "wechat weixin 微信 微信小店 公众号 视频号",
    "weibo": "weibo 微博",
    "live": "live 直播 直播间",
    "shopify": "shopify",
    "woocommerce": "woocommerce",
    "amazon": "amazon 亚马逊",
    "shopee": "shopee",
    "lazada": "lazada",
    "tiktok": "tiktok",
    "site": "site website 独立站 官网",
    "other": "other 其他",
}
_ALIASES = {alias: code for code, names in NAMES.items() for alias in names.split()}

_CUES = {
    "health": r"国食健|食健备|卫食健|保健食品|蓝帽子",
    "drug": r"国药准字|非处方药|otc",
    "device": r"械注[准进许]|械备\s?[0-9]",
    "cosmetic": r"面霜|面膜|精华|乳液|爽肤水|化妆品|护肤|洁面|洗面奶|眼霜|身体乳|口红|唇膏|粉底|隔离|防晒|卸妆|洗发|护发|沐浴露|护手霜|儿童霜|儿童面霜|bb霜|眉笔|香水|祛斑霜|美白霜|润肤|润唇|气垫|睫毛膏|腮红|眼影|发膜",
    "food": r"食品|食用|茶|酒|奶|粥|饼|糖|果冻|蜂蜜|酵素|固体饮料|枸杞|红枣|零食|咖啡|面包|麦片|代餐|坚果|米|油|鸡蛋|水果|海参|燕窝|阿胶|黑芝麻|益生菌|鱼油|钙片|维生素|胶原蛋白|蛋白粉|膏方|饮品|冲泡|喝|吃",
    "baby": r"奶粉|婴儿|宝宝|母婴|纸尿裤|儿童",
    "education": r"课程|培训|辅导|网课|考研|考证|雅思|托福|高考|中考|公考|报班|上课|上完课|期末|考试|题库|英语|口语|成绩|学习|孩子一|学员|提分|补习",
    "finance": r"理财|基金|加盟|投资|收益|年化|股票|代理|招商|本金",
    "house": r"学区|楼盘|买房|房产|公寓|商铺|地铁口|首付|户型|别墅|置业",
    "alcohol": r"白酒|红酒|啤酒|葡萄酒|黄酒|威士忌|米酒|喝酒|酱香|浓香|酒",
    "pesticide": r"农药|杀虫剂|除草剂|兽药|杀菌剂|亩产",
    "body": r"药|乳液|细纹|老中医|病|炎|痛|治疗|疗效|保健|皮肤|肌肤|护肤|面膜|面霜|精华|痘|淡斑|祛斑|色斑|皱|瘦|减肥|减脂|睡眠|失眠|血压|血糖|孕|月经|视力|近视|脱发|生发|白发|肠|胃|肝|肾|免疫|养生|丰胸|增高|长高",
    "appliance": r"消毒柜|洗衣机|空调|冰箱|净化器|洗碗机|吸尘器|扫地机|紫外线|灯",
    "clean": r"洗衣液|洗手液|消毒液|消毒剂|洗洁精|清洁剂|湿巾|湿纸巾|洁厕|除菌液|84|酒精|洗衣凝珠|洗衣粉|内裤|袜|毛巾|砧板|菜板|牙刷|马桶|床垫|鞋垫",
}
_CHANNEL_ALIASES = {alias: code for code, names in CHANNEL_NAMES.items() for alias in names.split()}
_COMPILED = {code: re.compile(pattern) for code, pattern in _CUES.items()}


def known_category(name: str | None) -> str:
    """The code of a category by code or Chinese name; "" when none is given. Raises ``UnknownName``."""
    key = (name or "").strip().lower()
    if not key:
        return ""
    if key not in _ALIASES:
        raise UnknownName("category", name or "", NAMES)
    return _ALIASES[key]


def known_channel(name: str | None) -> str:
    """The code of a channel by code or Chinese name; "" when none is given. Raises ``UnknownName``."""
    key = (name or "").strip().lower()
    if not key:
        return ""
    if key not in _CHANNEL_ALIASES:
        raise UnknownName("channel", name or "", CHANNEL_NAMES)
    return _CHANNEL_ALIASES[key]


def cued(plain: str) -> frozenset[str]:
    """What a text in its normal form seems to sell. Reads the first 4,000 characters."""
    head = plain[:4000]
    return frozenset(code for code, pattern in _COMPILED.items() if pattern.search(head))
