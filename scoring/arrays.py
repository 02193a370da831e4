"""Names for the arrays that the metrics pass around."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""(n, 4): x_min, y_min, x_max, y_max in pixels."""
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Indices = NDArray[np.intp]
Weights = NDArray[np.unsignedinteger]
"""(images, columns): how often each image was drawn."""
Sums = NDArray[np.signedinteger]
"""(rows, columns): sums of weights, in as few bytes as surely hold them."""
Replicates = NDArray[np.float32]
"""The score on each shared resample."""
Interval = tuple[float, float]
