"""The site's addresses as they are with DEMO."""

from django.urls import path

from courseapp.pages.demo import demo_sign_in
from courseapp.urls import urlpatterns as without_demo

urlpatterns = [*without_demo, path("demo/sign-in/", demo_sign_in, name="demo-sign-in")]
