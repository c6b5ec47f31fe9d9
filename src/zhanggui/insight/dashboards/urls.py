from django.urls import path

from zhanggui.insight.dashboards import views

urlpatterns = [
    path("", views.board, name="metrics"),
    path("rows/", views.behind, name="metrics-rows"),
    path("rows/csv", views.behind_csv, name="metrics-rows-csv"),
    path("explain/", views.explained, name="metrics-explain"),
    path("anomalies/", views.unusual_days, name="metrics-anomalies"),
    path("<slug:code>/", views.board, name="metrics-board"),
]
