"""Django's admin, with our site in its place."""

from django.contrib.admin.apps import AdminConfig


class RostrumAdminConfig(AdminConfig):
    default_site = "courses.admin_site.RostrumAdminSite"
