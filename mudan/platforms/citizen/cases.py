"""Which case does a request of another system become, and what is that system told of it? All values are examples."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from mudan.connect.feeds import CaseFields, Feed, FieldMap, Opens, When
from mudan.core.cases.model.examples import HOTLINE
from mudan.core.cases.model.types import CaseType
from mudan.core.records.model.deliveries import Target
from mudan.core.referrals.model import Recipient
from mudan.platforms.citizen.model import FEED
from mudan.primitives.errors import Invalid
from mudan.primitives.text import Text

CASE_TYPE: Final = "citizen"
_THEM: Final = Text("外部诉求系统", "the other system")
OTHER: Final = "99"  # the class of what no table names

# Taken over from another system it is not offered again, so that two centres never hand one request to and fro.
CASES: Final[tuple[CaseType, ...]] = (
    replace(
        HOTLINE, name=CASE_TYPE, title=Text("外部转来诉求（示例）", "request from elsewhere (example)"), prefix="WZ",
        public=None,
    ),
)  # fmt: skip

_FIELDS: Final = (
    FieldMap("number", Text("对方编号", "their number"), ("service_request_id",), required=True, longest=200),
    FieldMap("status", Text("状态", "status"), ("status",), "code", required=True,
             codes={"open": "open", "closed": "closed"}),
    FieldMap("status_notes", Text("状态说明", "what is said of it"), ("status_notes",), longest=4000),
    FieldMap("service_code", Text("服务代码", "service code"), ("service_code",)),
    FieldMap("service_name", Text("服务名称", "service"), ("service_name",)),
    FieldMap("description", Text("诉求内容", "what it is about"), ("description",), longest=4000),
    FieldMap("agency", Text("办理单位", "agency"), ("agency_responsible",)),
    FieldMap("address", Text("地址", "address"), ("address",)),
    FieldMap("lat", Text("纬度", "latitude"), ("lat",), "number", unit="deg", low=-90, high=90),
    FieldMap("lon", Text("经度", "longitude"), ("long",), "number", unit="deg", low=-180, high=180),
    FieldMap("media_url", Text("图片地址", "address of its picture"), ("media_url",), longest=2000),
    FieldMap("requested_at", Text("提出时间", "asked at"), ("requested_datetime",), "datetime"),
    FieldMap("updated_at", Text("变更时间", "changed at"), ("updated_datetime",), "datetime"),
    FieldMap("expected_at", Text("预计办结", "expected at"), ("expected_datetime",), "datetime"),
)  # fmt: skip
_PLACE: Final = CaseFields(address="address", lon="lon", lat="lat")
_OPEN: Final = When("status", "is", ("open",))
_TITLE, _WORDS = "{service_name}", "{description}　对方编号：{number}"


def feed_with(classes: Mapping[str, str]) -> Feed:
    """The feed with a table of their service codes to our classes; what it does not name is of the class for others."""

    def opens(ours: str, *when: When) -> Opens:
        return Opens((_OPEN, *when), CASE_TYPE, ours, _TITLE, _WORDS, source="public", own=_PLACE)

    told = tuple(opens(ours, When("service_code", "is", (theirs,))) for theirs, ours in classes.items())
    return Feed(
        FEED, Text("外部诉求", "requests elsewhere"), ("number",), _FIELDS, at="updated_at", cursor="updated_datetime",
        opens=(*told, opens(OTHER)),
    )  # fmt: skip


def classes_of(setting: str) -> dict[str, str]:
    """The table of a setting, `theirs=ours` by commas. Raises Invalid naming what is wrong."""
    known, table = {one.code for one in CASES[0].classes}, {}
    for part in filter(None, (one.strip() for one in setting.split(","))):
        theirs, _, ours = (one.strip() for one in part.rpartition("="))
        if not theirs or ours not in known:
            raise Invalid(f"'{part[:60]}' is not their service code = one of our classes", field="classes")
        table[theirs] = ours
    return table


def recipient_of(settings: Mapping[str, str]) -> Recipient | None:
    """Who takes cases that are sent on: nobody without an address and a table. Raises Invalid naming what is wrong."""
    table = {}
    for part in filter(None, (one.strip() for one in settings.get("services", "").split(","))):
        ours, _, theirs = (one.strip() for one in part.partition("="))
        if not re.fullmatch(r"([a-z][a-z0-9_]{0,39}\.)?[0-9]{2,8}", ours) or not theirs:
            raise Invalid(f"'{part[:60]}' is not one of our classes = their service code", field="services")
        table[ours] = theirs
    if not table or not settings.get("url", "").strip():
        return None
    zh, _, en = settings.get("title", "").partition("|")
    title = Text(zh.strip() or _THEM.zh, en.strip() or zh.strip() or _THEM.en)
    return Recipient(title, table, frozenset(one.name for one in CASES))


# What the source is told of its request: the stage alone, no words that somebody wrote (extension of mySociety).
TARGET: Final = Target(
    name="citizen.updates",
    title=Text("办理进展回告", "what became of it"),
    feeds=(FEED,),
    events=(
        "accept", "open", "dispatch", "sign", "return", "answer", "fail", "pass", "force_close", "reopen", "refuse",
        "disprove", "void", "merge",
    ),
    fields={
        "service_request_id": "record.source_id", "state": "event.to_state", "updated_datetime": "event.at",
        "event": "event.kind",
    },
)  # fmt: skip
STATUSES: Final = {
    "reported": "INVESTIGATING", "verifying": "INVESTIGATING", "filing": "INVESTIGATING",
    "dispatching": "ACTION_SCHEDULED", "assigned": "ACTION_SCHEDULED", "handling": "IN_PROGRESS",
    "on_account": "IN_PROGRESS", "answered": "IN_PROGRESS", "checking": "IN_PROGRESS", "evaluating": "CLOSED",
    "archived": "CLOSED", "replied": "CLOSED", "refused": "NO_FURTHER_ACTION",
    "void": "NO_FURTHER_ACTION", "merged": "DUPLICATE",
}  # fmt: skip
