"""The one API: every room's router under ``/api/v1``."""

from ninja import NinjaAPI

api = NinjaAPI(title="Zhanggui", version="1", urls_namespace="api")
