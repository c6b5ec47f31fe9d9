from django.apps import AppConfig


class LakeConfig(AppConfig):
    name = "zhanggui.foundation.lake"
    label = "lake"
    verbose_name = "Lake"
