"""Does each golden frame say what its JSON says, and does a broken one only ever raise DecodeError?"""

import contextlib
import json
import math
import random
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from mudan.primitives.errors import DecodeError
from mudan.primitives.units import UNITS
from mudan.run.decode import fault, reports
from mudan.run.discover import declared
from tools.golden import Case

FEW = settings(
    max_examples=60,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
MOST_CUTS = 400


def test_a_golden_frame_says_what_its_json_says(case: Case) -> None:
    platform = declared(case.platform)
    if not case.decodes:
        with pytest.raises(DecodeError) as caught:
            reports(platform, case.raw)
        assert not list(differences(case.expected["error"], fault(caught.value), "error"))
        return
    found = json.loads(msgspec.json.encode(reports(platform, case.raw)))
    messages = case.expected if isinstance(case.expected, list) else [case.expected]
    assert len(found) >= len(messages)
    wrong = [
        difference
        for number, (wanted, got) in enumerate(zip(messages, found, strict=False))
        for difference in differences(wanted, got, str(number))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_golden_frame_speaks_of_declared_things_in_known_units(case: Case) -> None:
    if not case.decodes:
        return
    platform = declared(case.platform)
    units = {quantity.name: quantity.unit for quantity in platform.quantities}
    kinds = {kind.name for kind in platform.entity_types}
    for report in reports(platform, case.raw):
        for reading in report["observations"]:
            assert reading["unit"] in UNITS
            assert reading["unit"] == units[reading["quantity"]]
            assert reading["entity"].split(":")[2] in kinds
            assert reading["observed_at"].tzinfo is not None
            assert math.isfinite(reading["value"])


def test_a_cut_frame_raises_decode_error_or_decodes(case: Case) -> None:
    step = max(1, len(case.raw) // MOST_CUTS)
    for end in range(0, len(case.raw), step):
        survive(case.platform, case.raw[:end])
        survive(case.platform, case.raw[end:])


def test_one_flipped_bit_raises_decode_error_or_decodes(case: Case) -> None:
    chosen = random.Random(case.name)
    bits = range(len(case.raw) * 8)
    for bit in chosen.sample(bits, min(len(bits), MOST_CUTS)):
        spoilt = bytearray(case.raw)
        spoilt[bit // 8] ^= 1 << bit % 8
        survive(case.platform, bytes(spoilt))


@seed(808)
@FEW
@given(data=st.data())
def test_a_spoilt_frame_raises_decode_error_or_decodes(case: Case, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(case.raw)))
    end = data.draw(st.integers(start, len(case.raw)))
    survive(case.platform, case.raw[:start] + data.draw(st.binary(max_size=64)) + case.raw[end:])


@seed(651)
@FEW
@given(raw=st.binary(max_size=2048))
def test_random_bytes_raise_decode_error_or_decode(name: str, raw: bytes) -> None:
    survive(name, raw)


def survive(platform: str, raw: bytes) -> None:
    """Decode; any error but DecodeError fails the test."""
    with contextlib.suppress(DecodeError):
        list(declared(platform).decode(raw))


def differences(wanted: Any, got: Any, where: str) -> Iterator[str]:
    """How `got` differs from `wanted`, of which it may hold more keys but not more items."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        for key, value in wanted.items():
            if key in got:
                yield from differences(value, got[key], f"{where}.{key}")
            else:
                yield f"{where}.{key} is missing; there are {', '.join(got)}"
    elif isinstance(wanted, list) and isinstance(got, list):
        for number, (one, other) in enumerate(zip_longest(wanted, got, fillvalue="nothing")):
            yield from differences(one, other, f"{where}[{number}]")
    elif not same(wanted, got):
        yield f"{where} is {got!r}, not {wanted!r}"


def same(wanted: Any, got: Any) -> bool:
    """Whether two plain values mean the same: numbers by value, times by moment."""
    if isinstance(wanted, float) and isinstance(got, int | float) and not isinstance(got, bool):
        return math.isclose(wanted, got, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(wanted, str) and isinstance(got, str) and wanted != got:
        try:
            return datetime.fromisoformat(wanted) == datetime.fromisoformat(got)
        except (TypeError, ValueError):
            return False
    return bool(wanted == got)
