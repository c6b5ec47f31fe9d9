from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhanggui.foundation.accounts"
    label = "accounts"
    verbose_name = "People, roles and shops"
