"""What a token may be used for; a session may do all that its person may."""

from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from competition.models import ApiToken


class _Scope(BasePermission):
    scope = "read"

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the token (if there is one) has the scope."""
        self.message = f'This token lacks the scope "{self.scope}".'
        return not isinstance(request.auth, ApiToken) or self.scope in request.auth.scopes


class MayRead(_Scope):
    """Needs `read`."""


class MaySubmit(_Scope):
    """Needs `submit`."""

    scope = "submit"


class MayReadOrSubmit(_Scope):
    """Reading needs `read`, writing `submit`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the token (if there is one) has the scope that the method needs."""
        self.scope = "read" if request.method in SAFE_METHODS else "submit"
        return super().has_permission(request, view)


class MayTakePart(_Scope):
    """Needs `read` or `submit`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the token (if there is one) may read, or is there to submit."""
        return super().has_permission(request, view) or "submit" in request.auth.scopes


class MayFollow(MayTakePart):
    """Reading needs `read` or `submit`. An upload asks for its scope once it knows that the competition exists."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether the token (if there is one) may read, or is there to submit."""
        return request.method == "POST" or super().has_permission(request, view)


class MayOrganize(_Scope):
    """Needs `organize`."""

    scope = "organize"


class ParticipantsView(APIView):
    """An address where a participant acts, such as entering, choosing a submission or leaving a team."""

    permission_classes = (IsAuthenticated, MaySubmit)


class OrganizersView(APIView):
    """An address for those who run a competition; whether the caller does, `organized_competition` tells."""

    permission_classes = (IsAuthenticated, MayOrganize)
