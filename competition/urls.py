"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path

from competition.api import health

urlpatterns = [
    path("api/v1/", include("competition.api.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
]
