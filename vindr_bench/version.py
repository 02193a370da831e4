"""Which version this is. The package is released with the metrics that it has."""

from __future__ import annotations

from typing import Final

from scoring import METRIC_VERSION

VERSION: Final = METRIC_VERSION
USER_AGENT: Final = f"vindr-bench/{VERSION}"
