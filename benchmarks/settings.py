"""The site's own settings, with the floors beside the site."""

from courseapp.settings import *  # noqa: F403
from courseapp.settings import INSTALLED_APPS

INSTALLED_APPS = ["benchmarks", *INSTALLED_APPS]
ROOT_URLCONF = "benchmarks.urls"

FLOOR_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
