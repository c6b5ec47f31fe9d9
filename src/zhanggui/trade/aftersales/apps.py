from django.apps import AppConfig


class AftersalesConfig(AppConfig):
    name = "zhanggui.trade.aftersales"
    label = "aftersales"
    verbose_name = "After-sales"
