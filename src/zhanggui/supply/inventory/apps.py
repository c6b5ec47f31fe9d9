from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "zhanggui.supply.inventory"
    label = "inventory"
    verbose_name = "Inventory"
