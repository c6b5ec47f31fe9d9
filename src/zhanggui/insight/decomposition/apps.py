from django.apps import AppConfig


class DecompositionConfig(AppConfig):
    name = "zhanggui.insight.decomposition"
    label = "decomposition"
    verbose_name = "Decomposition"
