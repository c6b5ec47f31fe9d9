from django.apps import AppConfig


class TeamConfig(AppConfig):
    name = "zhanggui.firm.team"
    label = "team"
    verbose_name = "Team"
