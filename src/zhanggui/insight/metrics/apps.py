from django.apps import AppConfig


class MetricsConfig(AppConfig):
    name = "zhanggui.insight.metrics"
    label = "metrics"
    verbose_name = "Metrics"
