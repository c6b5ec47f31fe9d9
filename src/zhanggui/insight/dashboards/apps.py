from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "zhanggui.insight.dashboards"
    label = "dashboards"
    verbose_name = "Dashboards"
