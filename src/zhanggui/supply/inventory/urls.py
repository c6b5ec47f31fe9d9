from django.urls import path

from zhanggui.supply.inventory import views

urlpatterns = [
    path("", views.stock, name="stock"),
    path("troubles/", views.troubles, name="stock-troubles"),
    path("warehouse/", views.warehouse, name="stock-warehouse"),
    path("counts/", views.counts, name="stock-counts"),
    path("counts/<int:count_id>/", views.count, name="stock-count"),
    path("levels/", views.levels, name="stock-levels"),
    path("<int:item_id>/", views.item, name="stock-item"),
]
