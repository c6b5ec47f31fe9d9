from django.apps import AppConfig


class AnomaliesConfig(AppConfig):
    name = "zhanggui.insight.anomalies"
    label = "anomalies"
    verbose_name = "Anomalies"
