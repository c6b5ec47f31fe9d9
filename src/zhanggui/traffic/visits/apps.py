from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "zhanggui.traffic.visits"
    label = "visits"
    verbose_name = "Visits"
