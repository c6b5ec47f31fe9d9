from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "zhanggui.insight.reports"
    label = "reports"
    verbose_name = "Reports"
