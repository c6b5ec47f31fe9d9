from django.urls import path

from zhanggui.desk import views

urlpatterns = [
    path("", views.home, name="today"),
    path("freshness/", views.fresh, name="freshness"),
    path("search/", views.find, name="search"),
]
