"""The goods of the simulated merchant: invented brands, ordinary Chinese goods, the same on every channel."""

# ruff: noqa: E501  (tables read best one article a line)

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: product code | brand | Chinese title | English title | price in fen | weight in grams | axes (zh=en:value=en,...;...)
_GOODS: Final = """
FS01|青屿|青屿 轻透水感防晒乳 SPF50+ 面部身体可用|Qingyu Light Water Sunscreen Lotion SPF50+|7900|90|规格=Size:50ml=50ml,100ml=100ml
FS02|青屿|青屿 物理防晒霜 敏感肌可用 SPF30|Qingyu Mineral Sunscreen for Sensitive Skin SPF30|9900|70|规格=Size:40g=40g,40g*2支=40g x 2
FS03|青屿|青屿 防晒喷雾 户外运动补涂 150ml|Qingyu Sunscreen Mist for Outdoor Sports 150ml|6900|180|香型=Scent:清新=Fresh,无香=Unscented
FZ01|青屿|青屿 冰丝防晒衣 女 UPF50+ 可收纳|Qingyu Cooling Sun Jacket UPF50+|15900|210|颜色分类=Color:雾蓝=Mist Blue,米白=Ivory,浅灰=Light Grey;尺码=Size:M(160/84A)=M,L(165/88A)=L
FZ02|青屿|青屿 大檐遮阳帽 可折叠|Qingyu Wide Brim Foldable Sun Hat|5900|120|颜色分类=Color:卡其=Khaki,黑色=Black
LS01|山月|山月 手撕牛肉干 内蒙古风味 独立小包|Shanyue Hand-torn Beef Jerky Snack Packs|5990|300|口味=Flavour:原味=Original,香辣=Spicy;净含量=Net:250g=250g,500g=500g
LS02|山月|山月 每日坚果 混合果仁 30天装|Shanyue Daily Nuts Mix 30 Packs|8990|800|规格=Pack:30包=30 packs,15包=15 packs
LS03|山月|山月 海盐苏打饼干 整箱|Shanyue Sea Salt Crackers Full Case|3290|1000|口味=Flavour:海盐=Sea Salt,香葱=Scallion
LS04|山月|山月 冻干草莓脆 儿童零食|Shanyue Freeze-dried Strawberry Crisps|2690|60|规格=Pack:30g=30g,30g*3=30g x 3
LS05|山月|山月 低糖绿豆糕 传统糕点|Shanyue Low Sugar Mung Bean Cake|2490|240|口味=Flavour:原味=Original,抹茶=Matcha
LS06|山月|山月 麻辣藕片 开袋即食|Shanyue Spicy Lotus Root Slices|1990|200|辣度=Heat:微辣=Mild,特辣=Extra Hot
JJ01|云栖|云栖 全棉四件套 水洗棉床单被套|Yunqi Washed Cotton Bedding Set|26900|2200|颜色分类=Color:奶油白=Cream,燕麦色=Oat;尺寸=Size:1.5m床=1.5m bed,1.8m床=1.8m bed
JJ02|云栖|云栖 记忆棉护颈枕|Yunqi Memory Foam Neck Pillow|12900|900|高度=Height:9cm=9cm,11cm=11cm
JJ03|云栖|云栖 折叠收纳箱 24"大号 带盖|Yunqi Folding Storage Box 24" with Lid|4590|1100|颜色分类=Color:透明=Clear,奶咖=Latte
JJ04|云栖|云栖 硅藻泥吸水脚垫|Yunqi Diatomite Absorbent Bath Mat|3990|700|尺寸=Size:40*60cm=40x60cm,50*80cm=50x80cm
JJ05|云栖|云栖 香薰蜡烛 卧室助眠 礼盒|Yunqi Scented Candle Gift Box|8800|420|香型=Scent:雪松=Cedar,白茶=White Tea
JJ06|云栖|云栖 不锈钢保温杯 500ml|Yunqi Stainless Steel Vacuum Bottle 500ml|7990|330|颜色分类=Color:墨绿=Dark Green,白色=White
CJ01|云栖|云栖 304不锈钢炒锅 少油烟 32cm|Yunqi Stainless Steel Wok 32cm|19900|2600|规格=Pack:单锅=Wok only,锅+盖=Wok with lid
CJ02|云栖|云栖 陶瓷餐具套装 16件|Yunqi Ceramic Tableware Set of 16|16800|5200|花色=Pattern:青花=Blue White,素白=Plain
NZ01|花间|花间 法式碎花连衣裙 夏季收腰|Huajian French Floral Summer Dress|18900|320|颜色分类=Color:杏色=Apricot,藏青=Navy;尺码=Size:S=S,M=M,L=L
NZ02|花间|花间 高腰阔腿裤 垂感 通勤|Huajian High Waist Wide Leg Trousers|13900|380|颜色分类=Color:黑色=Black,咖色=Brown;尺码=Size:S=S,M=M,L=L
NZ03|花间|花间 羊毛混纺针织开衫|Huajian Wool Blend Knit Cardigan|21900|410|颜色分类=Color:燕麦=Oat,雾粉=Dusty Pink;尺码=Size:均码=One Size
NZ04|花间|花间 纯棉短袖T恤 宽松|Huajian Loose Cotton T-shirt|6900|190|颜色分类=Color:白色=White,黑色=Black,薄荷绿=Mint;尺码=Size:M=M,L=L
NZ05|花间|花间 真丝小方巾 礼盒装|Huajian Silk Square Scarf Gift Box|9900|80|花色=Pattern:山茶=Camellia,格纹=Check
HZ01|青屿|青屿 氨基酸洁面乳 温和控油|Qingyu Amino Acid Face Wash|5990|130|规格=Size:120g=120g,120g*2=120g x 2
HZ02|青屿|青屿 补水面膜 20片装|Qingyu Hydrating Face Masks 20 pcs|8900|520|规格=Pack:20片=20 pcs,30片=30 pcs
HZ03|青屿|青屿 护手霜 三支装|Qingyu Hand Cream Set of 3|4900|110|香型=Scent:桂花=Osmanthus,柚子=Pomelo
CW01|山月|山月 猫咪冻干零食 鸡胸肉|Shanyue Freeze-dried Chicken Cat Treats|3990|100|规格=Pack:100g=100g,250g=250g
CW02|云栖|云栖 宠物饮水机 静音循环|Yunqi Quiet Pet Water Fountain|12900|900|容量=Volume:2L=2L,3L=3L
WJ01|云栖|云栖 手账本套装 磁扣,含贴纸|Yunqi Journal Set, Magnetic Clasp, with Stickers|3690|350|颜色分类=Color:樱粉=Sakura,海盐=Sea Salt
""".strip()

#: Goods given away with an order.
_GIFT: Final = "ZP01|青屿|【赠品】青屿 旅行小样 随机一支|Qingyu Travel Sample (gift)|0|15|规格=Size:随机=Random"


@dataclass(frozen=True, slots=True)
class Sku:
    """One sellable article of the merchant. ``price`` in fen; the attribute pairs are (name, value)."""

    product_code: str
    sku_code: str
    brand: str
    title: str
    title_en: str
    attributes: tuple[tuple[str, str], ...]
    attributes_en: tuple[tuple[str, str], ...]
    price: int
    weight_g: int

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(value for _, value in self.attributes)

    @property
    def values_en(self) -> tuple[str, ...]:
        return tuple(value for _, value in self.attributes_en)


def _skus(line: str) -> list[Sku]:
    code, brand, title, title_en, price, weight, axes = line.split("|")
    combinations: list[tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]] = [((), ())]
    for axis in axes.split(";"):
        names, _, values = axis.partition(":")
        zh, en = names.split("=")
        pairs = [value.split("=") for value in values.split(",")]
        combinations = [
            ((*have, (zh, value_zh)), (*have_en, (en, value_en)))
            for have, have_en in combinations
            for value_zh, value_en in pairs
        ]
    return [
        Sku(
            code,
            f"{code}-{number:02d}",
            brand,
            title,
            title_en,
            zh_pairs,
            en_pairs,
            int(price) + 300 * (number - 1),
            int(weight),
        )
        for number, (zh_pairs, en_pairs) in enumerate(combinations, start=1)
    ]


SKUS: Final[tuple[Sku, ...]] = tuple(sku for line in _GOODS.splitlines() for sku in _skus(line))
GIFT: Final[Sku] = _skus(_GIFT)[0]

SURNAMES: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN_EN: Final = ("Ana", "Ben", "Cara", "Dan", "Ella", "Finn", "Gina", "Hugo", "Iris", "Jon", "Kim", "Leo")

#: province, city, district (empty: the platform leaves the level out), postcode
PLACES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("浙江省", "杭州市", "余杭区", "311100"),
    ("广东省", "深圳市", "南山区", "518000"),
    ("江苏省", "苏州市", "吴中区", "215100"),
    ("上海", "上海市", "浦东新区", "200120"),
    ("北京", "北京市", "朝阳区", "100020"),
    ("四川省", "成都市", "武侯区", "610041"),
    ("湖北省", "武汉市", "洪山区", "430070"),
    ("广东省", "东莞市", "", "523000"),
    ("福建省", "厦门市", "思明区", "361001"),
    ("陕西省", "西安市", "雁塔区", "710061"),
    ("湖南省", "长沙市", "岳麓区", "410006"),
    ("新疆维吾尔自治区", "乌鲁木齐市", "天山区", "830002"),
)
#: city, region code, region, postcode per country of the cross-border shops
PLACES_ABROAD: Final[dict[str, tuple[tuple[str, str, str, str], ...]]] = {
    "US": (("Portland", "OR", "Oregon", "97201"), ("Austin", "TX", "Texas", "78701"), ("Boston", "MA", "Massachusetts", "02108")),
    "CA": (("Toronto", "ON", "Ontario", "M5V 2T6"), ("Vancouver", "BC", "British Columbia", "V5K 0A1")),
    "DE": (("München", "BY", "Bayern", "80331"), ("Köln", "NW", "Nordrhein-Westfalen", "50667"), ("Düsseldorf", "NW", "Nordrhein-Westfalen", "40213")),
    "PH": (("Makati City", "NCR", "Metro Manila", "1200"), ("Cebu City", "CEB", "Cebu", "6000"), ("Davao City", "DAV", "Davao del Sur", "8000")),
    "ID": (("KOTA JAKARTA SELATAN", "JK", "DKI JAKARTA", "12190"), ("KOTA BANDUNG", "JB", "JAWA BARAT", "40111"), ("KOTA SURABAYA", "JI", "JAWA TIMUR", "60111")),
}  # fmt: skip
CARRIERS: Final = (
    ("圆通速递", "YT"), ("中通快递", "ZTO"), ("韵达快递", "YD"), ("顺丰速运", "SF"), ("申通快递", "STO"), ("极兔速递", "JT"),
)  # fmt: skip
CREATORS: Final = (("7100023451", "小鹿的好物"), ("7100088126", "阿川测评"), ("7100031970", "居家研究所"))
NOTES: Final = (
    "",
    "",
    "",
    "",
    "",
    "请尽快发货",
    "送朋友的，包装好一点",
    "不要放驿站",
    "周末送货",
    "尺码不合适可以换吗",
)
REASONS: Final = ("不喜欢/不想要", "尺寸不合适", "拍错/多拍", "商品破损", "未按约定时间发货", "与描述不符")
REASONS_EN: Final = (
    "Changed my mind",
    "Wrong size",
    "Ordered by mistake",
    "Damaged",
    "Late delivery",
    "Not as described",
)
