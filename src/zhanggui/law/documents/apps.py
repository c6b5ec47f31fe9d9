from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "zhanggui.law.documents"
    label = "documents"
    verbose_name = "Documents"
