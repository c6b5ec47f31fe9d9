from django.urls import path

from zhanggui.insight.reports import views

urlpatterns = [
    path("", views.reports, name="reports"),
    path("make/", views.make, name="reports-make"),
    path("<int:report_id>/", views.report, name="report"),
    path("<int:report_id>/rows/<int:n>/", views.rows, name="report-rows"),
    path("<int:report_id>/file/<slug:form>/", views.file, name="report-file"),
]
