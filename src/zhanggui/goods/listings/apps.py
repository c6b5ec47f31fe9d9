from django.apps import AppConfig


class ListingsConfig(AppConfig):
    name = "zhanggui.goods.listings"
    label = "listings"
    verbose_name = "Listings"
