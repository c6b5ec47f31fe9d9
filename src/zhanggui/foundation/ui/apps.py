from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "zhanggui.foundation.ui"
    label = "ui"
    verbose_name = "Looks"
