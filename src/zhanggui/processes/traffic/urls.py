from django.urls import path

from zhanggui.processes.traffic import views

urlpatterns = [path("", views.traffic, name="traffic")]
