"""Every parameter of the law has a value within its own bounds, a unit and a source."""

from __future__ import annotations

import numpy as np
import pytest

from parecon.base.parameters import declared


@pytest.mark.parametrize("name", sorted(declared("planning")))
def test_a_parameter_is_within_its_bounds_and_says_where_it_comes_from(name: str) -> None:
    each = declared("planning")[name]
    least, most = each["bounds"]
    assert least <= np.min(each["value"])
    assert np.max(each["value"]) <= most
    assert each["unit"]
    assert len(each["source"]) > 5
