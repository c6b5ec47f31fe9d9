from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "zhanggui.foundation.vault"
    label = "vault"
    verbose_name = "Vault"
