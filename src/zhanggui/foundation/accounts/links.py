"""The address of a login link."""

from __future__ import annotations

from django.urls import reverse


def path(secret: str) -> str:
    """The path to open for the secret that ``operations.create_login_link`` returned."""
    return reverse("login_link", args=[secret])
