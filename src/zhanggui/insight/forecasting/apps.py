from django.apps import AppConfig


class ForecastingConfig(AppConfig):
    name = "zhanggui.insight.forecasting"
    label = "forecasting"
    verbose_name = "Forecasting"
