from django.apps import AppConfig


class PenaltiesConfig(AppConfig):
    name = "zhanggui.law.penalties"
    label = "penalties"
    verbose_name = "Penalties"
