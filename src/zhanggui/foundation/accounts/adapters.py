"""How allauth is bent to this product: no sign-up, no mail, second-factor secrets sealed."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.urls import reverse

from zhanggui.config.home import read_key
from zhanggui.foundation.accounts.models import User
from zhanggui.foundation.accounts.throttle import client_address
from zhanggui.foundation.vault.domain.sealing import BYTES, NONCE_SIZE, KeyRing


def display_name(user: User) -> str:
    return user.get_full_name()


class AccountAdapter(DefaultAccountAdapter):
    """People are invited; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_security")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing: this installation sends no mail; the audit log tells what happened."""


@lru_cache(maxsize=2)
def _ring(secret: str) -> KeyRing:
    return KeyRing.of(secret)


def factor_ring() -> KeyRing:
    """The key of second-factor secrets. Not the vault's: they live in allauth's table, which rotation cannot see."""
    return _ring(read_key("factors", "ZHANGGUI_FACTOR_KEY"))


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are sealed in the database."""

    def encrypt(self, text: str) -> str:
        return factor_ring().seal(text.encode(), BYTES, os.urandom(NONCE_SIZE)).hex()

    def decrypt(self, encrypted_text: str) -> str:
        return factor_ring().open(bytes.fromhex(encrypted_text))[1].decode()
