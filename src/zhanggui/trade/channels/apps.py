from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "zhanggui.trade.channels"
    label = "channels"
    verbose_name = "Channels"
