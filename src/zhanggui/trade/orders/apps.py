from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "zhanggui.trade.orders"
    label = "orders"
    verbose_name = "Orders"
