from django.urls import path

from zhanggui.processes import views

urlpatterns = [
    path("", views.imports, name="imports"),
    path("upload", views.upload, name="import-upload"),
    path("files/<int:file_id>/", views.imported_file, name="import-file"),
    path("files/<int:file_id>/rejects.csv", views.rejects, name="import-rejects"),
    path("files/<int:file_id>/again", views.again, name="import-again"),
]
