from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "zhanggui.desk"
    label = "desk"
    verbose_name = "Desk"

    def ready(self) -> None:
        from zhanggui.desk import freshness, notices
        from zhanggui.foundation.ui import frame

        frame.freshness_from(freshness.in_frame)
        frame.notices_from(notices.count)
