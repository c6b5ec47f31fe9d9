from django.apps import AppConfig


class AdsConfig(AppConfig):
    name = "zhanggui.traffic.ads"
    label = "ads"
    verbose_name = "Ads"
