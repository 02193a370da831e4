"""Quantiles have numpy's bits."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.quantiles import quantiles


@settings(deadline=None)
@given(
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=50),
    st.lists(st.one_of(st.sampled_from([0.0, 0.025, 0.5, 0.95, 0.975, 1.0]), st.floats(0, 1)), max_size=4),
)
def test_quantiles_are_numpys_to_the_bit(values, shares):
    expected = np.quantile(np.array(values), shares).tolist()

    assert quantiles(np.array(values), shares) == expected
