"""Sign-in, the own account, people, shops, settings and the audit log."""

from __future__ import annotations

from allauth.account import views as door
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from zhanggui.foundation.accounts.access import public, requires

own = requires("account.own")

urlpatterns = [
    # the door; names as allauth expects them
    path("login/", public(door.login), name="account_login"),
    path("logout/", public(door.logout), name="account_logout"),
    path("inactive/", public(door.account_inactive), name="account_inactive"),
    path("2fa/authenticate/", public(factor.authenticate), name="mfa_authenticate"),
    path("2fa/trust/", public(factor.trust), name="mfa_trust"),
    # the own account
    path("confirm/", own(door.reauthenticate), name="account_reauthenticate"),
    path("password/change/", own(door.password_change), name="account_change_password"),
    path("password/set/", own(door.password_set), name="account_set_password"),
    path("2fa/", own(factor.index), name="mfa_index"),
    path("2fa/confirm/", own(factor.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/app/activate/", own(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/deactivate/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/codes/", own(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/codes/generate/", own(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("2fa/codes/download/", own(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/keys/", own(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("2fa/keys/add/", own(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("2fa/keys/confirm/", own(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("2fa/keys/<int:pk>/remove/", own(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/keys/<int:pk>/edit/", own(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]
