"""Every address of the server."""

from django.contrib import admin
from django.urls import include, path

from competition.api import health
from competition.api.problems import nothing_here
from competition.web import account

urlpatterns = [
    path("api/v1", nothing_here),
    path("api/v1/", include("competition.api.urls")),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("admin/", admin.site.urls),
    path("accounts/password/reset/", account.reset_password),
    path("accounts/email/", account.addresses),
    path("accounts/", include("allauth.urls")),
    path("", include("competition.web.urls")),
]

handler400 = "competition.handlers.bad_request"
handler403 = "competition.handlers.forbidden"
handler404 = "competition.handlers.not_found"
handler500 = "competition.handlers.server_error"
