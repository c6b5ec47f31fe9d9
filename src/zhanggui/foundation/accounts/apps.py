from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "zhanggui.foundation.accounts"
    label = "accounts"
    verbose_name = "People, roles and shops"

    def ready(self) -> None:
        from ninja.openapi import views as api_pages

        from zhanggui.foundation.accounts import handlers  # noqa: F401
        from zhanggui.foundation.accounts.access import public, requires

        # The description of the API is the same in every installation; its browser page is for signed-in people.
        public(api_pages.openapi_json)
        for page in (api_pages.openapi_view, api_pages.default_home):
            requires("account.own")(page)
