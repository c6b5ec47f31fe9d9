from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "zhanggui.foundation.calendar"
    label = "calendar"
    verbose_name = "Calendar"
