"""Do warnings raise the areas they reach, in whatever order they come, and do they end by themselves?"""

from datetime import timedelta
from itertools import permutations

import pytest

from mudan.core.frames.model import Verdict
from mudan.core.warnings.model.cap import Area, MsgType, Status, Value
from mudan.core.warnings.model.geometry import Circle
from mudan.platforms.emergency.connector.newsdesk import TAKEN
from mudan.platforms.emergency.tests.centre import START, Centre, values
from mudan.platforms.emergency.tests.warnings import alert, cap, national
from mudan.primitives.geo import Point

COUNTY, GAOAN, YANTAI = 10, 11, 12
RAIN = "warning_rainstorm"


def ranks(centre: Centre, quantity: str = "warning_any") -> dict[int, float]:
    """What is told of a quantity within the next two seconds, by area."""
    centre.manual.advance(2.0)
    return {
        area: rank for (area, name), rank in values(centre.connector.digest([])).items() if name == quantity
    }


def test_a_warning_raises_its_areas_and_expires_back_to_normal() -> None:
    centre = Centre()
    digest = centre.read(cap(alert("a", hours=1.0)))
    assert [data for _, data in digest.replies] == [TAKEN]
    told = values(digest)
    assert {area: told[area, RAIN] for area in (COUNTY, GAOAN, YANTAI)} == dict.fromkeys((10, 11, 12), 3.0)
    assert ranks(centre) == {}
    centre.manual.advance(3_400)
    assert ranks(centre, RAIN) == dict.fromkeys((COUNTY, GAOAN, YANTAI), 0.0)


def test_an_update_replaces_and_a_cancellation_ends() -> None:
    centre = Centre()
    first = alert("a", "发布暴雨蓝色预警")
    second = alert("b", "暴雨蓝色预警升级为红色预警", sent=START, kind=MsgType.UPDATE, of=(first,))
    third = alert(
        "c", "解除暴雨红色预警", sent=START + timedelta(minutes=1), kind=MsgType.CANCEL, of=(second,)
    )
    assert values(centre.read(cap(first)))[COUNTY, RAIN] == 1
    assert values(centre.read(cap(second)))[COUNTY, RAIN] == 4
    assert values(centre.read(cap(third)))[COUNTY, RAIN] == 0


def test_the_order_of_arrival_does_not_matter_and_twice_counts_once() -> None:
    first = alert("a", "发布暴雨蓝色预警")
    second = alert("b", "发布暴雨黄色预警", sent=START, kind=MsgType.UPDATE, of=(first,))
    third = alert(
        "c", "发布暴雨橙色预警", sent=START + timedelta(minutes=1), kind=MsgType.UPDATE, of=(second,)
    )
    for order in permutations((first, second, third)):
        centre, told = Centre(), dict[tuple[int, str], float]()
        for one in (*order, *order):
            told |= values(centre.read(cap(one)))
        assert told[COUNTY, RAIN] == 3


def test_an_update_of_a_warning_never_seen_counts_as_new() -> None:
    centre = Centre()
    lone = alert("b", kind=MsgType.UPDATE, of=(alert("a"),))
    assert values(centre.read(cap(lone)))[COUNTY, RAIN] == 3


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST, Status.SYSTEM, Status.DRAFT])
def test_only_actual_warnings_count(status: Status) -> None:
    centre = Centre()
    digest = centre.read(cap(alert("a", status=status)))
    assert values(digest)[COUNTY, "warning_any"] == 0
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.GOOD]


def test_hazards_stand_side_by_side_and_the_gravest_is_told_for_all() -> None:
    centre = Centre()
    centre.read(cap(alert("a", "发布大雾红色预警")))
    told = values(centre.read(cap(alert("b", "发布暴雨黄色预警"))))
    assert told[COUNTY, RAIN] == 2
    assert (COUNTY, "warning_any") not in told


def test_a_town_is_reached_by_its_code_a_shape_or_its_name() -> None:
    by_code = Area("x", geocodes=(Value("GB/T 2260", "500231106"),))
    by_circle = Area("x", circles=(Circle(Point(107.46, 30.29), 2.0),))
    square = ((107.4, 30.2), (107.5, 30.2), (107.5, 30.35), (107.4, 30.35), (107.4, 30.2))
    by_polygon = Area("x", polygons=(tuple(Point(*pair) for pair in square),))
    by_name = Area("高安等地")
    for area in (by_code, by_circle, by_polygon, by_name):
        told = values(Centre().read(cap(alert("a", area=area))))
        assert (told[COUNTY, RAIN], told[GAOAN, RAIN], told[YANTAI, RAIN]) == (3, 3, 0)


def test_a_warning_for_the_county_is_one_alarm_and_one_for_a_town_is_the_towns() -> None:
    told = values(Centre().read(cap(alert("a"))))
    assert [told[area, "warning_named"] for area in (COUNTY, GAOAN, YANTAI)] == [3, 0, 0]
    town = Area("x", geocodes=(Value("GB/T 2260", "500231106"),))
    told = values(Centre().read(cap(alert("a", area=town))))
    assert [told[area, "warning_named"] for area in (COUNTY, GAOAN, YANTAI)] == [0, 3, 0]


def test_a_warning_for_the_province_reaches_the_county_and_one_for_another_does_not() -> None:
    for code, rank in (("500000000000", 3), ("510100000000", 0)):
        area = Area("x", geocodes=(Value("CPEAS Geographic Code", code),))
        assert values(Centre().read(cap(alert("a", area=area))))[COUNTY, RAIN] == rank


def test_a_hole_in_a_polygon_is_left_out() -> None:
    square = tuple(
        Point(*pair) for pair in ((107.2, 30.0), (107.6, 30.0), (107.6, 30.5), (107.2, 30.5), (107.2, 30.0))
    )
    hole = Value("EXCLUDE_POLYGON", "30.2,107.4 30.2,107.5 30.35,107.5 30.35,107.4 30.2,107.4")
    told = values(Centre().read(cap(alert("a", area=Area("x", (square,), geocodes=(hole,))))))
    assert (told[YANTAI, RAIN], told[GAOAN, RAIN]) == (3, 0)


def test_a_warning_without_end_holds_for_the_time_set_only() -> None:
    centre = Centre(given={"sync": "0", "life_h": "2"})
    assert values(centre.read(cap(alert("a", hours=None))))[COUNTY, RAIN] == 3
    centre.manual.advance(2 * 3_600)
    assert ranks(centre)[COUNTY] == 0


def test_the_national_chain_names_the_first_message_and_ends_all_of_its_event() -> None:
    centre = Centre()
    first = "50023141600000_20261123070000"
    assert values(centre.read(national("20261123070000", "Alert", "Blue")))[COUNTY, "warning_fog"] == 1
    assert (
        values(centre.read(national("20261123071000", "Update", "Orange", first)))[COUNTY, "warning_fog"] == 3
    )
    assert (
        values(centre.read(national("20261123072000", "Cancel", "Orange", first)))[COUNTY, "warning_fog"] == 0
    )


def test_what_is_no_warning_is_refused_with_the_reason() -> None:
    for raw in (
        b"<html/>",
        b"hello",
        b"<!DOCTYPE x><alert/>",
        b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.2'/>",
    ):
        digest = Centre().read(raw)
        assert [frame.verdict for frame in digest.batch.frames] == [Verdict.BAD]
        assert digest.replies[0][1].startswith(b"refused")


def test_a_message_with_faults_is_taken_and_its_faults_are_told() -> None:
    centre = Centre()
    digest = centre.read(cap(alert("a")).replace(b"<scope>Public</scope>", b""))
    assert values(digest)[COUNTY, RAIN] == 3
    assert "MISSING_REQUIRED_ELEMENT" in digest.batch.frames[0].reason


def test_only_signed_warnings_are_taken_where_that_is_set() -> None:
    centre = Centre(given={"sync": "0", "signed_only": "1"})
    digest = centre.read(cap(alert("a")))
    assert [frame.verdict for frame in digest.batch.frames] == [Verdict.REFUSED]
    assert values(digest)[COUNTY, RAIN] == 0
