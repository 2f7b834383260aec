"""Does a fire device's packet become an alarm that stays until it is reset, and does a warning come and go?"""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mudan.primitives.clock import CST, SystemClock
from tests.database import COUNTY
from tests.journeys.conftest import FIRE_DEVICE, Journey
from tests.journeys.test_journeys import until
from tests.journeys.wire import fire_packet, wire

pytestmark = pytest.mark.anyio

DEVICE = int(FIRE_DEVICE)
FIRE, WELL = b"\x15\x01\x03", b"\x15\x01\x01"  # type 21: normal with fire, normal


async def test_a_fire_alarm_is_confirmed_raised_once_and_latched(journey: Journey) -> None:
    now = SystemClock().now()
    async with wire(journey.ports["emergency"]) as device:
        packet = fire_packet(DEVICE, 0, now, FIRE)
        await device.send(packet)
        answer = await device.some()
        assert (answer[2:4], answer[26]) == (b"\x00\x00", 3)
        assert answer[18:24] == DEVICE.to_bytes(6, "little")
        (alarm,) = await until(_alarms(journey, "emergency.fire_alarm"))
        assert (alarm["level"], alarm["active"]) == (2, True)

        await device.send(packet)  # sent again because the answer was late
        assert (await device.some())[26] == 3
        await device.send(fire_packet(DEVICE, 1, now + timedelta(seconds=1), WELL))
        await until(_alarms(journey, "emergency.fire_alarm", active=False))
        (alarm,) = await _alarms(journey, "emergency.fire_alarm")()
        assert alarm["latched"] is True

        frames = await journey.get("duty", "/api/alarms")
        assert sum(one["rule"] == "emergency.fire_alarm" for one in frames["items"]) == 1


async def test_a_dropped_warning_raises_the_county_and_its_cancellation_ends_it(
    journey: Journey, tmp_path: Path
) -> None:
    folder = tmp_path / "warnings"
    now = SystemClock().now().astimezone(CST) - timedelta(minutes=2)
    first = now.strftime("%Y%m%d%H%M%S")
    _drop(folder, first, "Alert", now.strftime("%Y-%m-%d %H:%M:%S+08:00"), "")
    (alarm,) = await until(_alarms(journey, "emergency.warning_orange"))
    assert alarm["active"] is True
    later = now + timedelta(minutes=1)
    reference = f"{COUNTY}41600000_{first}"
    _drop(
        folder, later.strftime("%Y%m%d%H%M%S"), "Cancel", later.strftime("%Y-%m-%d %H:%M:%S+08:00"), reference
    )
    await until(_alarms(journey, "emergency.warning_orange", active=False))


def _alarms(journey: Journey, rule: str, *, active: bool | None = None) -> Callable[[], Awaitable[list[Any]]]:
    async def look() -> list[Any]:
        items = (await journey.get("duty", "/api/alarms"))["items"]
        return [one for one in items if one["rule"] == rule and active in {None, one["active"]}]

    return look


def _drop(folder: Path, name: str, kind: str, local: str, reference: str) -> None:
    """A national document, written by hand, dropped whole."""
    text = f"""<alert xmlns="http://com.icss.amp"><identifier>{COUNTY}41600000_{name}</identifier><sender>台</sender>
<senderCode>{COUNTY}41600000</senderCode><sendTime>{local}</sendTime><status>Actual</status><msgType>{kind}</msgType>
<scope>Public</scope><note>x</note><references>{reference}</references><info><language>zh-CN</language>
<eventType>11B03</eventType><urgency>Unknown</urgency><severity>Orange</severity><certainty>Unknown</certainty>
<effective>{local}</effective><senderName>李</senderName><headline>暴雨橙色预警</headline><description>雨</description>
<area><areaDesc>县</areaDesc><geocode>{COUNTY}</geocode></area></info></alert>"""
    hidden = folder / f".{name}"
    hidden.write_text(text, encoding="utf-8")
    os.utime(hidden, (1.7e9, 1.7e9))
    hidden.rename(folder / f"{name}.xml")
