from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "zhanggui.trade.settlement"
    label = "settlement"
    verbose_name = "Settlement"
