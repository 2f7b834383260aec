"""What does a call ask for? Its query, where an empty parameter is one that is not there."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request

from mudan.api.centre import centre_of
from mudan.api.errors import language_of
from mudan.api.open311.errors import refused
from mudan.core.cases.model.georeport import FORMATS, Offer, moment, offers
from mudan.core.cases.model.known import known_types
from mudan.core.cases.queries import OpenWanted
from mudan.primitives.clock import CST
from mudan.primitives.errors import DecodeError

WINDOW: Final = timedelta(days=90)
MOST: Final = 1000
FARTHEST: Final = 1_000_000
RADIUS_M: Final = 1000.0  # around lat and long, where no radius is named
FARTHEST_M: Final = 50_000.0
_UNREADABLE: Final = ("\ufffd", "\0")


def asked(request: Request) -> dict[str, str]:
    """The query's parameters; of one that comes twice the last. Raises 400."""
    found = {}
    for name, value in request.query_params.multi_items():
        if any(mark in value for mark in _UNREADABLE):
            raise refused(400, f"{name[:40]} is not text in UTF-8")
        if value.strip():
            found[name] = value.strip()
    return found


def checked(given: Mapping[str, str], request: Request, ending: str) -> str:
    """The format; raises 400 for one that is not offered, 404 for another jurisdiction."""
    if ending not in FORMATS:
        raise refused(400, f"the format {ending[:20]} is not offered: xml and json are")
    jurisdiction = given.get("jurisdiction_id")
    if jurisdiction is not None and jurisdiction != own_jurisdiction(request):
        raise refused(404, "jurisdiction_id provided was not found")
    return ending


def own_jurisdiction(request: Request) -> str:
    """The code of the county itself."""
    return min(centre_of(request).areas, key=len, default="")


def language(given: Mapping[str, str], request: Request) -> str:
    """zh or en: what `locale` says, else what the reader prefers."""
    locale = given.get("locale", "").lower()
    return locale[:2] if locale[:2] in ("zh", "en") else language_of(request)


def offered() -> dict[str, Offer]:
    """What everybody may report, by service code."""
    return {one.code: one for one in offers(known_types())}


def wanted(given: Mapping[str, str], known: Mapping[str, Offer], now: datetime) -> OpenWanted:
    """Which requests are asked for. Raises 400."""
    every = [(one.type.name, one.class_.code) for one in known.values()]
    numbers = _several(given, "service_request_id")
    if numbers:
        return OpenWanted(numbers=numbers[:MOST], classes=every, limit=MOST)
    page, size = _count(given, "page", 1, FARTHEST), _count(given, "page_size", MOST, MOST)
    if page * size > FARTHEST:
        raise refused(400, f"page is beyond the first {FARTHEST} requests")
    codes = _several(given, "service_code")
    classes = [(known[code].type.name, known[code].class_.code) for code in codes if code in known]
    updated = (_moment(given, "updated_after"), _moment(given, "updated_before"))
    since, until = _span(given, now, whole=any(updated))
    return OpenWanted(
        classes=classes if codes else every, closed=_closed(given), since=since, until=until,
        updated_since=updated[0], updated_until=updated[1], by_update=any(updated),
        around=_around(given), limit=size, offset=(page - 1) * size,
    )  # fmt: skip


def _around(given: Mapping[str, str]) -> tuple[float, float, float] | None:
    """(longitude, latitude, metres) of the circle that is asked for: an extension that several cities answer."""
    if not {"lat", "long", "radius"} & given.keys():
        return None
    lat, lon = _number(given, "lat", -90, 90), _number(given, "long", -180, 180)
    radius_m = _number(given, "radius", 1, FARTHEST_M) if "radius" in given else RADIUS_M
    return lon, lat, radius_m


def _number(given: Mapping[str, str], name: str, low: float, high: float) -> float:
    try:
        value = float(given[name])
    except KeyError:
        raise refused(400, "lat and long were not both provided") from None
    except ValueError:
        value = float("nan")
    if not low <= value <= high or "_" in given[name]:
        raise refused(400, f"{name} is a number from {low:g} to {high:g}")
    return value


def _several(given: Mapping[str, str], name: str) -> Sequence[str]:
    return [part.strip() for part in given.get(name, "").split(",") if part.strip()]


def _span(given: Mapping[str, str], now: datetime, *, whole: bool) -> tuple[datetime | None, datetime | None]:
    """From when until when requests were made: 90 days at most, the last ones unless asked. `whole`: of all times."""
    since, until = _moment(given, "start_date"), _moment(given, "end_date")
    if since is None and until is None:
        return (None, None) if whole else (now - WINDOW, None)
    since = since or (until or now) - WINDOW
    until = until or since + WINDOW
    if until < since:
        raise refused(400, "end_date is before start_date")
    if until - since > WINDOW:
        raise refused(400, "start_date and end_date may not span more than 90 days")
    return since, until


def _moment(given: Mapping[str, str], name: str) -> datetime | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        return moment(text.replace(" ", "+") if text[-6:-5] == " " and "T" in text else text, CST)
    except DecodeError as error:
        raise refused(400, f"{name}: {error.reason}") from None


def _closed(given: Mapping[str, str]) -> bool | None:
    states = {state.lower() for state in _several(given, "status")}
    if states - {"open", "closed"}:
        raise refused(400, "status is open, closed or both")
    return None if len(states) != 1 else states == {"closed"}


def _count(given: Mapping[str, str], name: str, otherwise: int, most: int) -> int:
    text = given.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= most):
        raise refused(400, f"{name} is a whole number from 1 to {most}")
    return int(text)
