from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "zhanggui.processes"
    label = "processes"
    verbose_name = "Processes"
