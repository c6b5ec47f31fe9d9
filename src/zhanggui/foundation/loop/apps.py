from django.apps import AppConfig


class LoopConfig(AppConfig):
    name = "zhanggui.foundation.loop"
    label = "loop"
    verbose_name = "Loop"
