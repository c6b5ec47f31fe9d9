from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "zhanggui.goods.catalog"
    label = "catalog"
    verbose_name = "Catalog"
