"""Every address of the product, room by room."""

from django.urls import include, path

from zhanggui.config.api import api
from zhanggui.config.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("zhanggui.foundation.accounts.urls")),
    path("ui/", include("zhanggui.foundation.ui.urls")),
    path("jobs/", include("zhanggui.foundation.jobs.urls")),
    path("compliance/", include("zhanggui.law.claims.urls")),
    path("import/", include("zhanggui.processes.urls")),
    path("orders/", include("zhanggui.processes.orderhub.urls")),
    path("goods/", include("zhanggui.processes.goods.urls")),
    path("data/", include("zhanggui.insight.dashboards.urls")),
    path("stock/", include("zhanggui.supply.inventory.urls")),
    path("traffic/", include("zhanggui.processes.traffic.urls")),
    path("reports/", include("zhanggui.insight.reports.urls")),
    path("api/v1/", api.urls),
    path("", include("zhanggui.desk.urls")),
]
