import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studentadmin.interchange.formulas import RUNS, guard, unguard


@given(st.text())
@example("=1+1")
@example("'=1+1")
@example("''-1")
@example("'quoted'")
def test_what_goes_out_comes_back(text):
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(RUNS)


@pytest.mark.parametrize("text", ["O'Brien", "'t Hooft", "", "'", "007"])
def test_harmless_texts_stay(text):
    assert guard(text) == text
    assert unguard(text) == text
