from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "zhanggui.supply.purchasing"
    label = "purchasing"
    verbose_name = "Purchasing"
