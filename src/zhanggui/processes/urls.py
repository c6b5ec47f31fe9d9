from django.urls import path

from zhanggui.processes import views
from zhanggui.processes.mapping import views as mapping

urlpatterns = [
    path("", views.imports, name="imports"),
    path("upload", views.upload, name="import-upload"),
    path("jobs/<int:job_id>/", views.import_job, name="import-job"),
    path("files/<int:file_id>/", views.imported_file, name="import-file"),
    path("files/<int:file_id>/rejects.csv", views.rejects, name="import-rejects"),
    path("files/<int:file_id>/again", views.again, name="import-again"),
    path("waiting/<int:waiting_id>/", views.waiting_file, name="import-waiting"),
    path("waiting/<int:waiting_id>/again", views.waiting_again, name="import-waiting-again"),
    path("waiting/<int:waiting_id>/dismiss", views.waiting_dismiss, name="import-waiting-dismiss"),
    path("map/<str:source>/<int:source_id>/", mapping.map_columns, name="import-map"),
    path("map/<str:source>/<int:source_id>/preview", mapping.preview_columns, name="import-map-preview"),
    path("layouts/", mapping.layouts, name="layouts"),
    path("layouts/<int:layout_id>/delete", mapping.delete_layout, name="layout-delete"),
]
