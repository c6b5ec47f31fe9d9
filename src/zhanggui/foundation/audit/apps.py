from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "zhanggui.foundation.audit"
    label = "audit"
    verbose_name = "Audit log"
