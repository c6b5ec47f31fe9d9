"""What the writes refuse, each with a sentence a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext as _


class AccountsError(Exception):
    """Base of the refusals below; ``str()`` is the sentence to show, ``field`` the form field at fault."""

    field = ""


class NotFound(AccountsError):
    def __init__(self, what: str) -> None:
        super().__init__(_("%(what)s does not exist.") % {"what": what})


class NameTaken(AccountsError):
    field = "name"

    def __init__(self, name: str) -> None:
        super().__init__(_("The name %(name)s is already taken.") % {"name": name})


class BadName(AccountsError):
    field = "name"


class UnknownChannel(AccountsError):
    field = "channel"

    def __init__(self, channel: str) -> None:
        super().__init__(_("There is no channel %(channel)s.") % {"channel": channel})


class BadCurrency(AccountsError):
    field = "currency"

    def __init__(self, currency: str) -> None:
        super().__init__(
            _("%(currency)s is not a currency code of three letters such as CNY.") % {"currency": currency}
        )


class BadZone(AccountsError):
    field = "zone"

    def __init__(self, zone: str) -> None:
        super().__init__(_("%(zone)s is not a time zone such as Asia/Shanghai.") % {"zone": zone})


class UnknownRole(AccountsError):
    field = "role"

    def __init__(self, role: str) -> None:
        super().__init__(_("There is no role %(role)s.") % {"role": role})


class LastManager(AccountsError):
    def __init__(self) -> None:
        super().__init__(_("Nobody would be left who may manage people. Give that role to somebody else first."))


class ActorMayNot(AccountsError):
    def __init__(self) -> None:
        super().__init__(_("Only an owner may change an owner."))


class LinkInvalid(AccountsError):
    def __init__(self) -> None:
        super().__init__(_("This link was used already or is too old. Ask for a new one."))


class BadScope(AccountsError):
    field = "scopes"

    def __init__(self, scope: str) -> None:
        super().__init__(_("You cannot give a token what you may not do yourself: %(scope)s.") % {"scope": scope})
