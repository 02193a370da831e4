"""How the published schema tells a call in a few words. A file of its own, since the framework reads it first."""

from drf_spectacular.openapi import AutoSchema


class Summarized(AutoSchema):
    """Each call with what its address is about, by which it is found in a list."""

    def get_summary(self) -> str:
        """The first line of the view's own docstring."""
        return (type(self.view).__doc__ or "").strip().partition("\n")[0].removesuffix(".")
