"""The API described by itself: OpenAPI 3.1, and a page to read it."""

from typing import Any

from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from competition.errors import Invalid

FORMS: dict[str, type[BaseRenderer]] = {"json": OpenApiJsonRenderer2, "yaml": OpenApiYamlRenderer2}


class Schema(SpectacularAPIView):
    """The schema as JSON, or as YAML by `?format=yaml` or `Accept`."""

    def get_renderers(self) -> list[BaseRenderer]:
        """The form that is asked for comes first."""
        asked = self.request.GET.get("format")
        chosen = [FORMS[asked]] if asked in FORMS else list(FORMS.values())
        return [renderer() for renderer in chosen]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """OpenAPI 3.1."""
        if request.query_params.get("format", "json") not in FORMS:
            raise Invalid("unknown_format", '"format" is json or yaml.', field="format")
        return super().get(request, *args, **kwargs)


class Docs(SpectacularSwaggerSplitView):
    """The schema as a page; its script has an address of its own, since pages may hold none."""

    url_name = "schema"
    template_name = "api/docs.html"
