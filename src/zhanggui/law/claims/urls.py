from django.urls import path

from zhanggui.law.claims import views

urlpatterns = [
    path("", views.check_page, name="compliance"),
    path("rules/", views.rules_page, name="compliance-rules"),
    path("allowed/", views.allowed_page, name="compliance-allowed"),
    path("allowed/add", views.allow, name="compliance-allow"),
    path("allowed/<int:entry_id>/end", views.end, name="compliance-allow-end"),
]
