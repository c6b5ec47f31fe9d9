from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    name = "zhanggui.law.claims"
    label = "claims"
    verbose_name = "Claims"
