"""The site's addresses and those of the floors."""

from __future__ import annotations

from django.urls import include, path

from benchmarks import views

urlpatterns = [
    path("floor/page/", views.page),
    path("floor/kept/page/", views.page),
    path("floor/post/", views.post),
    path("floor/kept/post/", views.post),
    path("", include("courseapp.urls")),
]
