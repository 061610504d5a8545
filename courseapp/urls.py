"""Every address of the site."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from courseapp.health import healthz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
