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
    path("", include("competition.web.urls")),
]

handler400 = "competition.web.errors.bad_request"
handler403 = "competition.web.errors.forbidden"
handler404 = "competition.web.errors.not_found"
handler500 = "competition.web.errors.server_error"
