from django.urls import path

from zhanggui.processes.orderhub import views

urlpatterns = [
    path("", views.order_list, name="orders"),
    path("export", views.export, name="orders-export"),
    path("filters", views.save_filter, name="orders-save-filter"),
    path("filters/<int:filter_id>/delete", views.delete_filter, name="orders-delete-filter"),
    path("<int:order_id>/", views.order, name="order"),
    path("<int:order_id>/raw", views.raw, name="order-raw"),
    path("<int:order_id>/contact", views.reveal, name="order-reveal"),
    path("<int:order_id>/note", views.note, name="order-note"),
    path("<int:order_id>/hold", views.hold, name="order-hold"),
]
