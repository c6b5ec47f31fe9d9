"""Content security policy, sign-in, second factor and throttling."""

from __future__ import annotations

import os
from datetime import timedelta

from csp.constants import NONCE, NONE, SELF

_HTTPS = os.environ.get("ZHANGGUI_HTTPS", "0").strip().lower() in {"1", "true", "yes", "on"}

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
    }
}

# Sign-in: name and password, no sign-up page, no mail. allauth runs the steps, axes counts the failures.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
    "rules.permissions.ObjectPermissionBackend",
]
ACCOUNT_ADAPTER = "zhanggui.foundation.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_DISPLAY = "zhanggui.foundation.accounts.adapters.display_name"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
#: Axes below locks earlier and says until when; these stay as a flood guard and for codes of the second factor.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip,10/5m/key"}

MFA_ADAPTER = "zhanggui.foundation.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Zhanggui"
MFA_TOTP_TOLERANCE = 1
#: Browsers offer security keys over plain http on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS

#: Five wrong passwords for one name from one address close that pair for fifteen minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "zhanggui.foundation.accounts.throttle.locked_out"
AXES_USERNAME_CALLABLE = "zhanggui.foundation.accounts.throttle.username"
AXES_CLIENT_IP_CALLABLE = "zhanggui.foundation.accounts.throttle.client_address"
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

#: How many proxies of your own stand in front (each appends to X-Forwarded-For); 0: the header is not believed.
ZHANGGUI_PROXIES = int(os.environ.get("ZHANGGUI_PROXIES", "0"))

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "zhanggui_session"
CSRF_COOKIE_NAME = "zhanggui_csrf"
