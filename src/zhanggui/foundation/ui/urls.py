from django.urls import path

from zhanggui.foundation.ui import views

urlpatterns = [
    path("language/", views.language, name="ui_language"),
    path("gallery/", views.gallery, name="ui_gallery"),
    path("gallery/panel/", views.gallery_panel, name="ui_gallery_panel"),
]
