from django.apps import AppConfig


class PromotionsConfig(AppConfig):
    name = "zhanggui.goods.promotions"
    label = "promotions"
    verbose_name = "Promotions"
