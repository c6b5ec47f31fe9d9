from django.apps import AppConfig


class PricingConfig(AppConfig):
    name = "zhanggui.goods.pricing"
    label = "pricing"
    verbose_name = "Pricing"
