"""Sign-in, the own account, people, shops, settings and the audit log."""

from __future__ import annotations

from allauth.account import views as door
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from zhanggui.foundation.accounts.access import public, requires
from zhanggui.foundation.accounts.views import account, audit, people, shops
from zhanggui.foundation.accounts.views.door import login_link

own = requires("account.own")

urlpatterns = [
    # the door; names as allauth expects them
    path("login/", public(door.login), name="account_login"),
    path("logout/", public(door.logout), name="account_logout"),
    path("inactive/", public(door.account_inactive), name="account_inactive"),
    path("2fa/authenticate/", public(factor.authenticate), name="mfa_authenticate"),
    path("2fa/trust/", public(factor.trust), name="mfa_trust"),
    path("link/<str:secret>/", login_link, name="login_link"),
    # the own account
    path("me/", account.account, name="account_security"),
    path("me/tokens/", account.token_create, name="token_create"),
    path("me/tokens/<int:token_id>/revoke/", account.token_revoke, name="token_revoke"),
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
    # people
    path("people/", people.team, name="team"),
    path("people/invite/", people.invite, name="person_invite"),
    path("people/<int:user_id>/", people.person, name="person"),
    path("people/<int:user_id>/roles/", people.grant, name="person_grant"),
    path("people/<int:user_id>/roles/<str:role>/<int:shop_id>/revoke/", people.revoke, name="person_revoke"),
    path("people/<int:user_id>/close/", people.close, name="person_close"),
    path("people/<int:user_id>/open/", people.reopen, name="person_open"),
    path("people/<int:user_id>/link/", people.new_link, name="person_link"),
    path("people/<int:user_id>/factor/reset/", people.reset_factor, name="person_reset_factor"),
    # the installation
    path("settings/", shops.settings_page, name="settings"),
    path("shops/", shops.shops, name="shops"),
    path("shops/new/", shops.shop_new, name="shop_new"),
    path("shops/<int:shop_id>/", shops.shop_edit, name="shop_edit"),
    path("audit/", audit.audit_page, name="audit"),
    path("audit/verify/", audit.audit_verify, name="audit_verify"),
    path("audit/export/", audit.audit_export, name="audit_export"),
]
