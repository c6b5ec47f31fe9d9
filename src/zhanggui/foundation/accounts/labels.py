"""Words for roles, permissions and audit actions."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ROLE_NAMES: Final[dict[str, Promise]] = {
    "OWN": pgettext_lazy("role", "Owner"),
    "OPS": pgettext_lazy("role", "Operations"),
    "MKT": pgettext_lazy("role", "Marketing"),
    "CS": pgettext_lazy("role", "Customer service"),
    "DAT": pgettext_lazy("role", "Data"),
    "BUY": pgettext_lazy("role", "Buying"),
    "WH": pgettext_lazy("role", "Warehouse"),
    "FIN": pgettext_lazy("role", "Finance"),
    "LEG": pgettext_lazy("role", "Legal"),
    "ADM": pgettext_lazy("role", "Administrator"),
}

PERMISSION_NAMES: Final[dict[str, Promise]] = {
    "home.view": _("See today's page"),
    "account.own": _("Look after the own account"),
    "jobs.view": _("See jobs"),
    "orders.view": _("See orders"),
    "orders.edit": _("Work on orders"),
    "orders.export": _("Export orders"),
    "contact.reveal": _("Show personal data in full"),
    "refunds.view": _("See refunds"),
    "settlement.view": _("See settlement"),
    "settlement.export": _("Export settlement"),
    "import.view": _("See imports"),
    "import.run": _("Import files"),
    "metrics.view": _("See numbers"),
    "metrics.export": _("Export numbers"),
    "shops.view": _("See shops"),
    "shops.manage": _("Manage shops"),
    "people.manage": _("Manage people"),
    "audit.view": _("Read the audit log"),
    "audit.export": _("Export the audit log"),
    "backup.run": _("Make backups"),
    "settings.view": _("See settings"),
    "settings.manage": _("Change settings"),
    "ui.gallery": _("See the component gallery"),
}

ACTION_NAMES: Final[dict[str, Promise]] = {
    "signin.succeeded": _("signed in"),
    "signin.ended": _("signed out"),
    "signin.failed": _("wrong password"),
    "signin.locked": _("sign-in closed for a while"),
    "password.changed": _("password changed"),
    "factor.added": _("second factor added"),
    "factor.removed": _("second factor removed"),
    "factor.failed": _("wrong code of the second factor"),
    "factor.reset": _("second factor reset"),
    "user.created": _("person added"),
    "user.activated": _("person let in again"),
    "user.deactivated": _("person locked out"),
    "role.granted": _("role given"),
    "role.revoked": _("role taken away"),
    "link.created": _("login link made"),
    "link.used": _("login link used"),
    "token.created": _("API token made"),
    "token.revoked": _("API token revoked"),
    "shop.created": _("shop added"),
    "shop.changed": _("shop changed"),
    "audit.exported": _("audit log exported"),
    "backup.made": _("backup made"),
    "backup.restored": _("backup brought back"),
    "contact.revealed": _("personal data shown in full"),
    "proposal.made": _("act proposed"),
    "proposal.approved": _("proposal approved"),
    "proposal.rejected": _("proposal rejected"),
    "proposal.executed": _("proposal carried out"),
    "proposal.undone": _("proposal taken back"),
    "loop.detector_on": _("detector switched on"),
    "loop.detector_off": _("detector switched off"),
    "loop.detector_muted": _("detector retired"),
    "loop.detector_heard": _("detector shown again"),
    "loop.absence_set": _("absence written down"),
    "loop.absence_ended": _("absence ended"),
    "loop.policy_changed": _("approval rules changed"),
    "orders.exported": _("orders exported"),
}
