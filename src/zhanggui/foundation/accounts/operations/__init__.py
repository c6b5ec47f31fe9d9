"""Writes: shops, people, roles, sign-in links, tokens. Every one leaves a line in the audit log.

``actor`` is the person who acts (id or user); None is the system itself or the command line, which may do all.
"""

from zhanggui.foundation.accounts.operations.errors import (
    AccountsError,
    ActorMayNot,
    BadCurrency,
    BadName,
    BadScope,
    BadZone,
    LastManager,
    LinkInvalid,
    NameTaken,
    NotFound,
    UnknownChannel,
    UnknownRole,
)
from zhanggui.foundation.accounts.operations.links import create_login_link, use_login_link
from zhanggui.foundation.accounts.operations.people import (
    activate_user,
    create_user,
    deactivate_user,
    grant_role,
    invite_user,
    reset_second_factor,
    revoke_role,
    update_profile,
)
from zhanggui.foundation.accounts.operations.shops import create_shop, ensure_shop, update_shop
from zhanggui.foundation.accounts.operations.tokens import create_token, revoke_token

__all__ = [
    "AccountsError",
    "ActorMayNot",
    "BadCurrency",
    "BadName",
    "BadScope",
    "BadZone",
    "LastManager",
    "LinkInvalid",
    "NameTaken",
    "NotFound",
    "UnknownChannel",
    "UnknownRole",
    "activate_user",
    "create_login_link",
    "create_shop",
    "create_token",
    "create_user",
    "deactivate_user",
    "ensure_shop",
    "grant_role",
    "invite_user",
    "reset_second_factor",
    "revoke_role",
    "revoke_token",
    "update_profile",
    "update_shop",
    "use_login_link",
]
