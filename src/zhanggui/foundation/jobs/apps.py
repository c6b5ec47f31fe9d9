from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "zhanggui.foundation.jobs"
    label = "jobs"
    verbose_name = "Jobs"
