"""Who may do what, where? Every route and every live topic, for every role, in the own area and in another.

A route that is not in MATRIX makes the tests fail: write down what it needs and how a foreign area looks.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from fastapi.routing import iter_route_contexts
from psycopg import sql

from mudan.api.live import TOPICS, hub
from mudan.api.security import PUBLIC
from mudan.core.alarms import actions as alarm_actions
from mudan.core.alarms import queries as alarms
from mudan.core.cases import actions as cases
from mudan.core.cases.actions import Posting, Telling
from mudan.core.cases.model.chart import Author
from mudan.core.cases.model.known import cause_named
from mudan.core.cases.model.mail import link_of
from mudan.core.cases.model.pictures import NewPicture
from mudan.core.cases.model.slip import derived
from mudan.core.drills import actions as drills
from mudan.core.drills import queries as drill_queries
from mudan.core.drills.model import Script, inject_of
from mudan.core.entities import actions as entities
from mudan.core.frames import actions as frames
from mudan.core.frames.model import Frame, Verdict
from mudan.core.incidents import actions as incidents
from mudan.core.keys import actions as keys
from mudan.core.keys.model import NewKey
from mudan.core.notices import actions as notices
from mudan.core.people.model import PERMISSIONS, ROLE_PERMISSIONS, Actor, Role
from mudan.core.plans import actions as plans
from mudan.core.responses import actions as responses
from mudan.core.responses import queries as response_queries
from mudan.core.roads import actions as roads
from mudan.core.roads.actions import NewClosure
from mudan.core.supplies import actions as supplies
from mudan.core.tasks import actions as tasks
from mudan.core.units import actions as units
from mudan.core.warnings import queries as warnings
from mudan.core.warnings.model.content import stored
from mudan.primitives.changes import Changes
from mudan.primitives.clock import to_us
from mudan.primitives.text import Text
from mudan.storage.pool import Connection
from tests.api.command_room import furnish as furnish_command
from tests.api.duty_room import SPAN, furnish, once
from tests.api.running import Running, Socket, beating, running
from tests.api.test_roads import SPOT, TRIP, with_roads
from tests.core.cases.desk import at_work, new_case
from tests.core.cases.desk import reported as case_reported
from tests.core.census.files import looked_at
from tests.core.county import actor, actor_of, add_entity, add_unit, open_incident, raise_alarm
from tests.core.households.doors import visited
from tests.core.notices.made import new
from tests.core.plans.bench import small
from tests.core.tasks.test_photos import picture
from tests.core.warnings.words import Office, content
from tests.database import COUNTY, ORIGIN, OTHER_TOWN, START, TOWN, Client, app_over

pytestmark = pytest.mark.anyio
MARK = "FOREIGN"  # stands in everything that belongs to the other town


@dataclass
class Things:
    """One town's things, by the names that paths and bodies use."""

    area: str
    urn: str = ""
    alarm_id: str = ""
    incident_id: str = ""
    task_id: str = ""
    unit_id: str = ""
    photo_id: str = ""
    call_id: str = ""
    panic_id: str = ""
    store_id: str = ""
    shelter_id: str = ""
    need_id: str = ""
    material: str = "tent"
    order_id: str = ""
    message_id: str = ""
    person_id: str = ""
    login: str = ""
    entity: int = 0
    slug: str = ""
    number: int = 1
    warning_id: str = ""
    delivery_id: str = ""
    identifier: str = ""
    link_id: str = ""
    outage_id: str = ""
    notice_id: str = ""
    response_id: str = ""
    issue_id: str = ""
    closure_id: str = ""
    network: str = ""
    drill_id: str = ""
    inject_id: str = ""
    contact_id: str = ""
    shift_id: str = ""
    swap_id: str = ""
    handover_id: str = ""
    item_id: str = ""
    node_id: str = ""
    chain_id: str = ""
    step_id: str = ""
    directive_id: str = ""
    evidence_id: str = ""
    second_id: str = ""
    relation_id: str = ""
    passing_id: str = ""
    post_id: str = ""
    group_id: str = ""
    seat_id: str = ""
    transfer_id: str = ""
    taken_id: str = ""
    case_id: str = ""
    key_id: str = ""
    service_request_id: str = ""
    token: str = ""
    link: str = ""
    service_code: str = "hotline.0201"
    ending: str = "xml"
    census_id: str = ""
    household_id: str = ""
    visit_id: str = ""
    opening_id: str = ""
    file_id: str = ""
    carried_id: str = ""
    picture_id: str = ""
    platform: str = "water"
    fault_id: int = 1
    run_id: str = str(UUID(int=7))
    feed: str = "visits"
    told_id: str = str(UUID(int=8))
    correction_id: str = ""
    apart_id: str = ""
    point_id: str = ""
    evaluation_id: str = ""
    form: str = "csv"
    report_id: str = ""
    sending_id: str = ""
    child_id: str = ""
    verdict: str = "accept"
    code: str = "dispatcher"
    form_number: str = "201"
    level: int = 4


Body = Mapping[str, Any] | Callable[[Things], Mapping[str, Any]]


@dataclass(frozen=True)
class Entry:
    """`needs`: one of these permissions (none: anybody signed in). `own`: the status of a request that is fit
    for one's own thing; `foreign`: the same for the other town's (0: the request names no thing).
    """

    needs: frozenset[str]
    own: int = 200
    foreign: int = 0
    body: Body | None = None
    query: Body = field(default_factory=dict)
    photo: bool = False


def _entry(needs: str, own: int = 200, foreign: int = 0, body: Body | None = None, **more: Any) -> Entry:
    return Entry(frozenset(needs.split()), own, foreign, body, **more)


def _ids(**more: Any) -> Body:
    return lambda things: {"ids": [things.alarm_id], **more}


def _made(body: Body, things: Things) -> Mapping[str, Any]:
    return body(things) if callable(body) else body


_LEVEL = {"quantity": "level"}
_EVENT = {"event": "decline", "client_id": str(uuid4()), "device_at": "2026-11-23T01:00:00Z"}
_CALL = {"client_id": str(uuid4()), "device_at": "2026-11-23T01:00:00Z"}
_CHECK = {"every_s": 600, "grace_s": 120, "reason": "深水作业"}
_END = {"reason": "已无危险"}
_PLACE = {
    "code": "W0",
    "name_zh": "库",
    "name_en": "Store",
    "area_code": "0",
}  # no such area: nothing is made
_TENT = {"name_zh": "帐篷", "name_en": "Tent", "unit_zh": "顶", "unit_en": "pcs", "category": "shelter"}
_NEW = {"type": "HydrometricStation", "platform": "water", "name_zh": "站", "name_en": "S"}
_CHAIN = {
    "steps": [{"to": "role:dispatcher", "after_s": 0, "channels": ["app"]}],
    "realarm_s": 600,
    "realarms": 1,
    "version": 0,
}
_TUNING = {
    "group_wait_s": 15, "rolling_min": 10, "window_min": 15, "suggest_from": 0.5, "child_from": 0.65,
    "child_window_min": 120, "child_wait_min": 10, "families": [], "auto_link": [], "version": 0,
}  # fmt: skip
_INHIBITION = {
    "title_zh": "示例",
    "title_en": "example",
    "source": {"rules": ["*silent"]},
    "target": {"rules": ["*battery*"]},
    "equal": ["entity"],
    "version": 99,
}

NOTE_INJECT = {
    "kind": "note",
    "after": "0s",
    "title": {"zh": "示例", "en": "example"},
    "text": {"zh": "示例", "en": "example"},
}

NEW_CASE = {"id": str(uuid4()), "type": "hotline", "class_code": "77", "source": "public", "title": "示例"}

_CONTENT = stored(content())
_TEMPLATE = {"template": "forest_fire", "level": 4, "area": {"zh": "镇", "en": "town"}}
_OLD = {"version": 0, "reason": "改"}

# Bodies are chosen so that what is allowed changes nothing that the next request needs.
MATRIX: dict[str, Entry] = {
    "GET /api/openapi.json": _entry(""),
    "GET /api/session": _entry(""),
    "PATCH /api/session": _entry("", body={"locale": "zh"}),
    "POST /api/session/password": _entry("", 422, body={"old": "wrong", "new": "short"}),
    "DELETE /api/session": _entry("", 204),
    "GET /api/people": _entry("people.read"),
    "POST /api/people": _entry(
        "people.write",
        409,
        422,
        lambda t: {"login": t.login, "name": "名", "role": "leader", "area_code": t.area},
    ),
    "PATCH /api/people/{person_id}": _entry("people.write", 200, 404, {}),
    "POST /api/people/{person_id}/password": _entry("people.write", 200, 404),
    "GET /api/drills": _entry("drills.read"),
    "GET /api/drills/open": _entry("drills.join"),
    "GET /api/drills/scripts": _entry("drills.write"),
    "POST /api/drills/check": _entry("drills.write", body={"text": "id: 1"}),
    "POST /api/drills": _entry("drills.write", 422, body={"text": "id: 1"}),
    "GET /api/drills/{drill_id}": _entry("drills.read", 200, 404),
    "POST /api/drills/{drill_id}/start": _entry("drills.write", 409, 404, {"version": 99}),
    "POST /api/drills/{drill_id}/pause": _entry("drills.write", 409, 404, {"version": 99}),
    "POST /api/drills/{drill_id}/resume": _entry("drills.write", 409, 404, {"version": 99}),
    "POST /api/drills/{drill_id}/end": _entry("drills.write", 409, 404, {"version": 99}),
    "POST /api/drills/{drill_id}/scale": _entry("drills.write", 409, 404, {"version": 99, "scale": 2}),
    "POST /api/drills/{drill_id}/injects": _entry("drills.write", 201, 404, {"inject": NOTE_INJECT}),
    "POST /api/drills/{drill_id}/injects/{inject_id}/skip": _entry("drills.write", 409, 404),
    "POST /api/drills/{drill_id}/injects/{inject_id}/now": _entry("drills.write", 409, 404),
    "GET /api/replay": _entry(
        "reviews.read", query={"from": "2026-11-23T00:00:00Z", "to": "2026-11-23T02:00:00Z"}
    ),
    "POST /api/session/space": _entry("drills.join", 204, body={"space": 0}),
    "GET /api/audit": _entry("audit.read"),
    "GET /api/audit/verify": _entry("audit.read"),
    "GET /ngsi-ld/v1/entities": _entry("entities.read", query={"type": "HydrometricStation"}),
    "GET /ngsi-ld/v1/entities/{urn}": _entry("entities.read", 200, 404),
    "GET /ngsi-ld/v1/temporal/entities/{urn}": _entry("observations.read", 200, 404),
    "GET /api/alarms": _entry("alarms.read", query={"state": "all"}),
    "GET /api/alarms/{alarm_id}": _entry("alarms.read", 200, 404),
    "POST /api/alarms/acknowledge": _entry("alarms.acknowledge", 200, 200, _ids()),
    "POST /api/alarms/unacknowledge": _entry("alarms.acknowledge", 200, 200, _ids()),
    "POST /api/alarms/shelve": _entry("alarms.shelve", 200, 200, _ids(minutes=5, reason="检修")),
    "POST /api/alarms/unshelve": _entry("alarms.shelve", 200, 200, _ids()),
    "POST /api/alarms/reset": _entry("alarms.reset", 200, 200, _ids()),
    "POST /api/alarms/note": _entry("alarms.acknowledge", 200, 200, _ids(note="已派人")),
    "POST /api/alarms/finding": _entry("alarms.acknowledge", 200, 200, _ids(finding="real")),
    "GET /api/alarms/groups": _entry("alarms.read"),
    "GET /api/alarms/links": _entry("alarms.read"),
    "GET /api/alarms/{alarm_id}/links": _entry("alarms.read", 200, 404),
    "POST /api/alarms/links/{link_id}/accept": _entry("incidents.write", 409, 404, {}),
    "POST /api/alarms/links/{link_id}/reject": _entry("incidents.write", 409, 404, {}),
    "GET /api/alarms/outages": _entry("alarms.read"),
    "POST /api/alarms/outages": _entry(
        "alarms.acknowledge",
        409,
        404,
        lambda t: {"alarm": t.alarm_id, "reason": "检修", "work_order": "W1", "hours": 2},
    ),
    "POST /api/alarms/outages/{outage_id}/decision": _entry(
        "alarms.maintain", 409, 404, {"approve": True, "version": 0}
    ),
    "POST /api/alarms/outages/{outage_id}/return": _entry(
        "alarms.acknowledge", 409, 404, {"test_result": "好", "version": 0}
    ),
    "GET /api/alarms/chains": _entry("alarms.read settings.write"),
    "PUT /api/alarms/chains/{level}": _entry("settings.write", 403, 0, _CHAIN),
    "GET /api/alarms/inhibitions": _entry("alarms.read settings.write"),
    "PUT /api/alarms/inhibitions/{name}": _entry("settings.write", 403, 0, _INHIBITION),
    "GET /api/alarms/tuning": _entry("alarms.read settings.write"),
    "PUT /api/alarms/tuning": _entry("settings.write", 403, 0, _TUNING),
    "POST /api/alarms/wake": _entry(
        "alarms.read settings.write", 200, 404, lambda t: {"level": 2, "area_code": t.area}
    ),
    "GET /api/alarms/performance": _entry("alarms.read"),
    "GET /api/alarms/performance.csv": _entry("alarms.read"),
    "GET /api/notices": _entry("notices.own"),
    "GET /api/deadlines": _entry(
        "responses.read directives.read directives.own reports.read tasks.read alarms.read"
    ),
    "POST /api/notices/{notice_id}/acknowledge": _entry("notices.own", 200, 404, {}),
    "POST /api/notices/{notice_id}/receipt": _entry("duty.write", 200, 404, {"name": "李", "how": "voice"}),
    "GET /api/incidents": _entry("incidents.read", query={"phase": "all"}),
    "POST /api/incidents": _entry(
        "incidents.write",
        409,
        404,
        lambda t: {"title": "又一次", "kind": "flood", "level": 2, "alarm_ids": [t.alarm_id]},
    ),
    "GET /api/incidents/{incident_id}": _entry("incidents.read", 200, 404),
    "POST /api/incidents/{incident_id}/alarms": _entry(
        "incidents.write", 409, 404, lambda t: {"alarm_ids": [t.alarm_id]}
    ),
    "POST /api/incidents/{incident_id}/notes": _entry(
        "incidents.write incidents.note", 200, 404, {"text": "记"}
    ),
    "POST /api/incidents/{incident_id}/phase": _entry(
        "incidents.write", 409, 404, {"phase": "controlled", "version": 0}
    ),
    "POST /api/incidents/{incident_id}/level": _entry(
        "incidents.write", 409, 404, {"level": 1, "version": 0, "reason": "升"}
    ),
    "POST /api/incidents/{incident_id}/place": _entry(
        "incidents.write", 409, 404, {"lon": 107.4, "lat": 30.2, "version": 0, "reason": "报错"}
    ),
    "POST /api/incidents/{incident_id}/close": _entry(
        "incidents.close", 409, 404, {"disposition": "resolved", "summary": "毕", "version": 0}
    ),
    "POST /api/incidents/{incident_id}/reopen": _entry(
        "incidents.close", 409, 404, {"reason": "又", "version": 0}
    ),
    "GET /api/incidents/similar": _entry("incidents.read", query={"kind": "flood"}),
    "GET /api/incidents/{incident_id}/bonds": _entry("incidents.read", 200, 404),
    "GET /api/incidents/{incident_id}/matters": _entry("incidents.read", 200, 404),
    "GET /api/places": _entry("incidents.read", query={"q": "桥头"}),
    "GET /api/incidents/{incident_id}/children": _entry("incidents.read", 200, 404),
    "POST /api/incidents/{incident_id}/children/{child_id}/{verdict}": _entry(
        "incidents.write", 409, 404, {"note": ""}
    ),
    "POST /api/incidents/{incident_id}/harm": _entry(
        "incidents.write incidents.note", 200, 404, {"injured": 1}
    ),
    "POST /api/incidents/{incident_id}/void": _entry(
        "incidents.close", 409, 404, {"reason": "误", "version": 0}
    ),
    "POST /api/incidents/{incident_id}/merge": _entry(
        "incidents.write", 409, 404, lambda t: {"target": t.second_id, "version": 0, "reason": "同"}
    ),
    "POST /api/incidents/{incident_id}/unmerge": _entry("incidents.write", 409, 404, {"reason": "分"}),
    "POST /api/incidents/{incident_id}/split": _entry(
        "incidents.write",
        409,
        404,
        {"version": 0, "title": "二", "kind": "flood", "level": 3, "reason": "分"},
    ),
    "POST /api/incidents/{incident_id}/relations": _entry(
        "incidents.write", 409, 404, lambda t: {"other": t.second_id, "kind": "related", "reason": "联"}
    ),
    "POST /api/incidents/{incident_id}/relations/{relation_id}/remove": _entry(
        "incidents.write", 422, 404, {"reason": " "}
    ),
    "POST /api/incidents/{incident_id}/distinct": _entry(
        "incidents.write", 200, 404, lambda t: {"other": t.second_id}
    ),
    "POST /api/incidents/{incident_id}/escalate": _entry(
        "incidents.command",
        409,
        404,
        {"version": 0, "authority": "city", "body": "市", "with_command": False, "reason": "援"},
    ),
    "POST /api/incidents/{incident_id}/hand-over": _entry(
        "incidents.command", 409, 404, {"version": 0, "area": TOWN, "reason": "交"}
    ),
    "POST /api/incidents/handovers/{passing_id}/answer": _entry(
        "incidents.command", 409, 404, {"event": "receive", "name": "李"}
    ),
    "POST /api/incidents/handovers/{passing_id}/return": _entry(
        "incidents.command", 409, 404, {"name": "李", "reason": "退"}
    ),
    "GET /api/posts/groups": _entry("incidents.read"),
    "GET /api/posts/people": _entry("incidents.command"),
    "GET /api/incidents/{incident_id}/post": _entry("incidents.read", 200, 404),
    "POST /api/incidents/{incident_id}/post": _entry(
        "incidents.command", 409, 404, {"name": "指", "place": "处", "commander": {"name": "张"}}
    ),
    "POST /api/posts/{post_id}/close": _entry("incidents.command", 409, 404),
    "POST /api/posts/{post_id}/groups": _entry("incidents.command", 409, 404, {"kind": "rescue"}),
    "PATCH /api/posts/groups/{group_id}": _entry("incidents.command", 409, 404, {"task": "救"}),
    "POST /api/posts/groups/{group_id}/close": _entry("incidents.command", 409, 404),
    "POST /api/posts/groups/{group_id}/units": _entry(
        "incidents.command", 409, 404, lambda t: {"task_id": t.task_id}
    ),
    "POST /api/posts/{post_id}/seats": _entry(
        "incidents.command", 409, 404, {"role": "commander", "holder": {"name": "张"}}
    ),
    "POST /api/posts/seats/{seat_id}/end": _entry("incidents.command", 409, 404, {"reason": "换"}),
    "POST /api/posts/{post_id}/transfers": _entry(
        "incidents.command", 409, 404, {"to": {"name": "李"}, "situation": "报"}
    ),
    "POST /api/posts/transfers/{transfer_id}/answer": _entry("incidents.read", 403, 404, {"event": "accept"}),
    "GET /api/stage": _entry("incidents.read"),
    "POST /api/stage": _entry(
        "stage.write", 403, body={"number": 2, "why": "x", "public_why": "y", "seen": 0}
    ),
    "GET /api/stage/kinds": _entry("settings.write"),
    "PATCH /api/stage/kinds/{number}": _entry(
        "settings.write",
        403,
        body={"name": {"zh": "一", "en": "1"}, "meaning": {"zh": "一", "en": "1"}, "advise": []},
    ),
    "GET /api/calls": _entry("incidents.read"),
    "POST /api/calls": _entry(
        "reports.write",
        201,
        404,
        lambda t: {"id": once(t), "kind": "flood", "address": "河边", "join": t.incident_id},
    ),
    "POST /api/calls/{taken_id}/join": _entry(
        "reports.write", 409, 404, lambda t: {"incident_id": t.incident_id}
    ),
    "GET /api/reports/due": _entry("reports.read"),
    "GET /api/reports/rules": _entry("reports.read"),
    "PUT /api/reports/rules/{level}": _entry("reports.sign", 403, body={"rules": []}),
    "GET /api/incidents/{incident_id}/reports": _entry("reports.read", 200, 404),
    "POST /api/incidents/{incident_id}/reports": _entry("reports.write", 409, 404, {"kind": "first"}),
    "POST /api/incidents/{incident_id}/reports/phone": _entry(
        "reports.write", 201, 404, {"kind": "progress", "body": "市", "answered_by": "李"}
    ),
    "PATCH /api/reports/{report_id}": _entry("reports.write", 409, 404, {"version": 0, "body": "文"}),
    "POST /api/reports/{report_id}/sign": _entry("reports.sign", 409, 404, {"version": 0}),
    "POST /api/reports/{report_id}/void": _entry("reports.write", 409, 404, {"version": 0, "reason": "废"}),
    "POST /api/reports/{report_id}/send": _entry(
        "reports.write", 409, 404, {"version": 0, "to": [{"body": "市", "channel": "fax"}]}
    ),
    "POST /api/reports/deliveries/{sending_id}/receipt": _entry("reports.write", 409, 404, {"name": "李"}),
    "GET /api/reports/{report_id}/paper": _entry("reports.read", 200, 404),
    "GET /api/incidents/{incident_id}/forms": _entry("incidents.read", 200, 404),
    "GET /api/reviews": _entry("reviews.read"),
    "GET /api/reviews/{kind}/{subject_id}": _entry("reviews.read", 200, 404),
    "GET /api/reviews/{kind}/{subject_id}/paper": _entry("reviews.read", 200, 404),
    "GET /api/reviews/{kind}/{subject_id}/data": _entry("reviews.read", 200, 404),
    "GET /api/reviews/{kind}/{subject_id}/changes": _entry("reviews.read", 404, 404, query={"old": 1}),
    "POST /api/reviews/{kind}/{subject_id}/versions": _entry("reviews.write", 409, 404, {"seen": 9}),
    "POST /api/reviews/{kind}/{subject_id}/versions/{number}/sign": _entry("reviews.sign", 409, 404, {}),
    "POST /api/reviews/{kind}/{subject_id}/judgements": _entry(
        "reviews.write", 404, 404, {"objective": 1, "verdict": "met"}
    ),
    "POST /api/reviews/{kind}/{subject_id}/actions": _entry(
        "reviews.write",
        201,
        404,
        lambda t: {
            "client_id": once(t),
            "title": "改",
            "target": {"role": "leader"},
            "due_at": "2026-12-01T00:00:00Z",
        },
    ),
    "GET /api/incidents/{incident_id}/forms/{form_number}": _entry("incidents.read", 200, 404),
    "GET /api/incidents/{incident_id}/timeline.csv": _entry("incidents.read", 200, 404),
    "GET /api/incidents/{incident_id}/candidates": _entry("tasks.assign", 200, 404),
    "POST /api/incidents/{incident_id}/tasks": _entry(
        "tasks.assign", 409, 404, lambda t: {"unit_id": t.unit_id, "order": "再去"}
    ),
    "GET /api/tasks": _entry("tasks.read tasks.own"),
    "GET /api/tasks/{task_id}": _entry("tasks.read tasks.own", 200, 404),
    "POST /api/tasks/{task_id}/events": _entry("tasks.assign tasks.own", 422, 404, _EVENT),
    "GET /api/tasks/{task_id}/way": _entry(
        "tasks.read tasks.own", 200, 404, query={"lon": "115.5", "lat": "35.2"}
    ),
    "POST /api/tasks/{task_id}/send": _entry("tasks.assign", 409, 404),
    "GET /api/offer-policies": _entry("tasks.read tasks.own"),
    "PUT /api/offer-policies": _entry("plans.approve", body={"level": 4, "life_s": 300, "auto_next": False}),
    "POST /api/tasks/{task_id}/help": _entry(
        "tasks.assign tasks.own", 200, 404, {**_CALL, "kinds": ["pump"]}
    ),
    "POST /api/tasks/{task_id}/help/{call_id}/answer": _entry("tasks.assign", 409, 404, {"answer": "去"}),
    "GET /api/panics": _entry("tasks.read tasks.own"),
    "POST /api/panics": _entry(
        "tasks.assign tasks.own", 201, body=lambda _: {**_CALL, "client_id": str(uuid4())}
    ),
    "POST /api/panics/{panic_id}/end": _entry("tasks.assign tasks.own", 200, 404, _END),
    "POST /api/tasks/{task_id}/par": _entry("tasks.assign", 409, 404, _CHECK),
    "POST /api/tasks/{task_id}/par/safe": _entry("tasks.assign tasks.own", 200, 404, _CALL),
    "POST /api/tasks/{task_id}/par/end": _entry("tasks.assign", 409, 404, _END),
    "POST /api/incidents/{incident_id}/par": _entry("tasks.assign", 200, 404, _CHECK),
    "POST /api/incidents/{incident_id}/par/end": _entry("tasks.assign", 200, 404, _END),
    "POST /api/tasks/{task_id}/photos": _entry("tasks.assign tasks.own", 422, 404, photo=True),
    "GET /api/photos/{photo_id}": _entry("tasks.read tasks.own", 200, 404),
    "GET /api/stores": _entry("supplies.read"),
    "GET /api/materials": _entry("supplies.read"),
    "GET /api/stores/{store_id}/movements": _entry("supplies.read", 200, 404),
    "POST /api/stores/{store_id}/movements": _entry(
        "supplies.write", 200, 404, {**_CALL, "kind": "in", "material": "tent", "quantity": 1}
    ),
    "GET /api/shelters": _entry("supplies.read"),
    "POST /api/shelters/{shelter_id}/reports": _entry(
        "supplies.write", 200, 404, {**_CALL, "kind": "occupancy", "occupancy": 3}
    ),
    "GET /api/places/choices": _entry("supplies.write"),
    "POST /api/stores": _entry("supplies.write", 422, body=_PLACE),
    "PUT /api/stores/{store_id}": _entry("supplies.write", 409, 404, {**_PLACE, "version": 0}),
    "POST /api/stores/{store_id}/retire": _entry("supplies.write", 409, 404, {**_END, "version": 0}),
    "GET /api/stores/{store_id}/history": _entry("supplies.read", 200, 404),
    "POST /api/shelters": _entry("supplies.write", 422, body={**_PLACE, "capacity": 9}),
    "PUT /api/shelters/{shelter_id}": _entry(
        "supplies.write", 409, 404, {**_PLACE, "capacity": 9, "version": 0}
    ),
    "POST /api/shelters/{shelter_id}/retire": _entry("supplies.write", 409, 404, {**_END, "version": 0}),
    "GET /api/shelters/{shelter_id}/history": _entry("supplies.read", 200, 404),
    "PUT /api/materials/{material}": _entry("supplies.write", body=_TENT),
    "POST /api/offers": _entry(
        "supplies.write", 422, body={"title": " ", "quantity": 1, "unit": "顶", "party": "邻县"}
    ),
    "GET /api/needs": _entry("supplies.read", query={"state": "all"}),
    "POST /api/needs": _entry(
        "supplies.write",
        422,
        404,
        lambda t: {"title": "帐篷", "quantity": 1, "unit": " ", "incident_id": t.incident_id},
    ),
    "POST /api/needs/{need_id}/withdraw": _entry("supplies.write", 409, 404, _END),
    "POST /api/needs/{need_id}/orders": _entry("supplies.write", 409, 404, {"party": "邻县"}),
    "GET /api/orders": _entry("supplies.read", query={"state": "all"}),
    "GET /api/orders/{order_id}": _entry("supplies.read", 200, 404),
    "POST /api/orders/{order_id}/verbs": _entry("supplies.write", 409, 404, {"verb": "commit", "version": 0}),
    "GET /api/orders/{order_id}/messages/{message_id}": _entry("supplies.read", 200, 404),
    "POST /api/resource-messages": _entry("supplies.write", 422, photo=True),
    "GET /api/units": _entry("units.read"),
    "PATCH /api/units/{unit_id}": _entry("units.write", 200, 404, {"administrative": "on_duty"}),
    "GET /api/entities": _entry("entities.read"),
    "GET /api/entities/{urn}": _entry("entities.read", 200, 404),
    "POST /api/entities": _entry(
        "entities.write", 422, 403, lambda t: {**_NEW, "urn": t.urn, "area_code": t.area}
    ),
    "PATCH /api/entities/{urn}": _entry("entities.write", 200, 404, {"name_en": "S"}),
    "GET /api/entities/{urn}/observations": _entry("observations.read", 200, 404, query=_LEVEL),
    "GET /api/entities/{urn}/observations.csv": _entry("observations.read", 200, 404, query=_LEVEL),
    "GET /api/census/kinds": _entry("entities.write"),
    "GET /api/census": _entry("entities.write", query={"platform": "water"}),
    "POST /api/census": _entry("entities.write", 422, photo=True),
    "GET /api/census/{census_id}": _entry("entities.write", 200, 404),
    "POST /api/census/{census_id}/apply": _entry("entities.write", 200, 404),
    "POST /api/census/{census_id}/drop": _entry("entities.write", 409, 404),
    "GET /api/census/{census_id}/bad.csv": _entry("entities.write", 200, 404),
    "GET /api/nearby": _entry(
        "entities.read cases.own", query={"lon": 115.4, "lat": 35.2, "type": "HydrometricStation"}
    ),
    "GET /api/shapes": _entry(
        "entities.read",
        query={"type": "GridCell", "west": 115, "south": 35, "east": 115.5, "north": 35.5},
    ),
    "GET /api/cases/areas": _entry("cases.read", query={"type": "hotline"}),
    "GET /api/areas": _entry(""),
    "GET /api/map/layers": _entry(""),
    "GET /api/roads": _entry("roads.read"),
    "GET /api/roads/network": _entry("roads.read"),
    "POST /api/roads/networks/{network}/use": _entry("roads.write"),
    "GET /api/roads/route": _entry("roads.read", query=TRIP),
    "GET /api/roads/closures": _entry("roads.read"),
    "GET /api/roads/closures/{closure_id}": _entry("roads.read", 200, 404),
    "POST /api/roads/match": _entry("roads.close", body={"geometry": SPOT}),
    "POST /api/roads/closures": _entry(
        "roads.close",
        201,
        404,
        lambda t: {"geometry": SPOT, "classes": ["foot"], "reason": "路", "incident_id": t.incident_id},
    ),
    "PATCH /api/roads/closures/{closure_id}": _entry(
        "roads.close", 409, 404, {"ends_at": None, "reason": "路", "version": 0}
    ),
    "POST /api/roads/closures/{closure_id}/end": _entry(
        "roads.close", 409, 404, {"reason": "路", "version": 0}
    ),
    "GET /api/map/layers/{name}": _entry(""),
    "GET /api/incidents/{incident_id}/drives": _entry("tasks.read", 200, 404),
    "GET /api/dispatch/joint": _entry("tasks.assign"),
    "GET /api/dispatch/move-up": _entry("tasks.assign"),
    "POST /api/dispatch/joint": _entry(
        "tasks.assign",
        409,
        404,
        lambda t: {"pairs": [{"incident_id": t.incident_id, "unit_id": t.unit_id, "order": "再去"}]},
    ),
    "POST /api/dispatch/move-up": _entry(
        "tasks.assign", 409, 404, lambda t: {"unit_id": t.unit_id, "lon": 115.4, "lat": 35.2, "post": "东门"}
    ),
    "GET /api/dispatch/diversions": _entry("tasks.assign"),
    "POST /api/dispatch/divert": _entry(
        "tasks.assign",
        409,
        404,
        lambda t: {"task_id": t.task_id, "incident_id": t.incident_id, "order": "转去", "reason": "更重"},
    ),
    "GET /api/dispatch/diversion-policy": _entry("tasks.read settings.write"),
    "PUT /api/dispatch/diversion-policy": _entry(
        "settings.write", body={"level": 4, "levels": [1, 2], "least_gain_s": 120}
    ),
    "GET /api/responses": _entry("responses.read", query={"state": "all"}),
    "POST /api/responses": _entry(
        "responses.approve",
        409,
        404,
        lambda t: {"slug": t.slug, "level": "IV", "reason": "示例", "incident_id": t.incident_id},
    ),
    "GET /api/responses/{response_id}": _entry("responses.read", 200, 404),
    "GET /api/responses/{response_id}/preview": _entry("responses.read", 200, 404, query={"level": "I"}),
    "POST /api/responses/{response_id}/approve": _entry("responses.approve", 409, 404, {"version": 99}),
    "POST /api/responses/{response_id}/reject": _entry(
        "responses.approve", 409, 404, {"version": 99, "reason": "示例"}
    ),
    "POST /api/responses/{response_id}/level": _entry(
        "responses.approve", 409, 404, {"version": 99, "level": "I", "reason": "示例"}
    ),
    "POST /api/responses/{response_id}/end": _entry(
        "responses.approve", 409, 404, {"version": 99, "reason": "示例"}
    ),
    "POST /api/responses/{response_id}/issues/{issue_id}/waive": _entry(
        "responses.write responses.approve", 409, 404, {"reason": "示例"}
    ),
    "GET /api/plans/{slug}/preview": _entry("responses.read", 200, 404, query={"level": "IV"}),
    "GET /api/plans": _entry("plans.read"),
    "GET /api/plans/advice": _entry("plans.read"),
    "GET /api/plans/schema": _entry("plans.read"),
    "POST /api/plans/lint": _entry("plans.read", body={"text": "no plan"}),
    "POST /api/plans": _entry("plans.write", 422, body={"text": "no plan"}),
    "GET /api/plans/{slug}": _entry("plans.read", 200, 404),
    "POST /api/plans/{slug}/statements": _entry(
        "responses.write plans.write", 409, 404, {"name": "breach", "holds": False}
    ),
    "POST /api/plans/{slug}/versions": _entry("plans.write", 409, 404, {}),
    "GET /api/plans/{slug}/versions/{number}": _entry("plans.read", 200, 404),
    "PUT /api/plans/{slug}/versions/{number}": _entry(
        "plans.write", 409, 404, {"text": "no plan", "revision": 0}
    ),
    "GET /api/plans/{slug}/versions/{number}/file": _entry("plans.read", 200, 404),
    "GET /api/plans/{slug}/versions/{number}/diff": _entry("plans.read", 200, 404),
    "GET /api/plans/{slug}/versions/{number}/what-if": _entry(
        "plans.read", 200, 404, query={"start": "2026-11-22T01:00:00Z", "end": "2026-11-22T02:00:00Z"}
    ),
    "POST /api/plans/{slug}/versions/{number}/submit": _entry("plans.write", 409, 404, {"revision": 0}),
    "POST /api/plans/{slug}/versions/{number}/send-back": _entry("plans.approve", 409, 404, {"revision": 0}),
    "POST /api/plans/{slug}/versions/{number}/approve": _entry("plans.approve", 409, 404, {"revision": 0}),
    "POST /api/plans/{slug}/versions/{number}/retire": _entry("plans.approve", 409, 404, {"revision": 0}),
    "GET /api/platforms": _entry("platforms.read"),
    "GET /api/platforms/{name}/frames": _entry("frames.read"),
    "POST /api/platforms/{name}/commands": _entry(
        "platforms.command", 201, 404, lambda t: {"urn": t.urn, "kind": "query", "payload": {"what": "level"}}
    ),
    "GET /api/platforms/{name}/commands": _entry("platforms.read", 200, 404, query=lambda t: {"urn": t.urn}),
    "GET /api/kpis": _entry("kpis.read"),
    "GET /api/warnings": _entry("warnings.read"),
    "GET /api/warnings/settings": _entry("warnings.read"),
    "POST /api/warnings/fill": _entry("warnings.write", body=_TEMPLATE),
    "POST /api/warnings/preview": _entry("warnings.write", body={"content": _CONTENT}),
    "POST /api/warnings": _entry(
        "warnings.write", 201, 403, lambda t: {"content": _CONTENT, "area_code": t.area}
    ),
    "GET /api/warnings/{warning_id}": _entry("warnings.read", 200, 404),
    "POST /api/warnings/{warning_id}/content": _entry(
        "warnings.write", 409, 404, {"content": _CONTENT, "version": 0}
    ),
    "POST /api/warnings/{warning_id}/check": _entry("warnings.write warnings.approve", 409, 404, _OLD),
    "POST /api/warnings/{warning_id}/approve": _entry("warnings.approve", 409, 404, _OLD),
    "POST /api/warnings/{warning_id}/send": _entry("warnings.write warnings.approve", 409, 404, _OLD),
    "POST /api/warnings/{warning_id}/return": _entry("warnings.write warnings.approve", 409, 404, _OLD),
    "POST /api/warnings/{warning_id}/withdraw": _entry("warnings.write warnings.approve", 409, 404, _OLD),
    "POST /api/warnings/{warning_id}/follow": _entry(
        "warnings.write", 409, 404, {"msg_type": "Cancel", "note": "停"}
    ),
    "POST /api/warnings/{warning_id}/calls": _entry("duty.write", 409, 404),
    "POST /api/warnings/deliveries/{delivery_id}/receipt": _entry(
        "warnings.write warnings.approve", 409, 404, {"said": "已发"}
    ),
    "GET /api/warnings/{warning_id}/cap.xml": _entry("warnings.read", 409, 404),
    "GET /api/warnings/{warning_id}/national.xml": _entry("warnings.read", 409, 404),
    "GET /api/warnings/{warning_id}/history.csv": _entry("warnings.read", 200, 404),
    "GET /api/duty/now": _entry("duty.read"),
    "GET /api/duty/positions": _entry("duty.read settings.write"),
    "PUT /api/duty/positions/{code}": _entry(
        "settings.write",
        403,
        body={"title": {"zh": "一"}, "rank": 9, "role": "dispatcher", "minimum": 0, "maximum": 0},
    ),
    "POST /api/duty/roster/copy": _entry(
        "duty.write",
        200,
        404,
        lambda t: {"area_code": t.area, "source": START.isoformat(), "target": "2027-01-04T00:00:00Z"},
    ),
    "GET /api/duty/roster": _entry("duty.read", query=SPAN),
    "GET /api/duty/roster.csv": _entry("duty.read", query=SPAN),
    "POST /api/duty/roster/import": _entry(
        "duty.write", 422, 404, lambda t: {"area_code": t.area, "text": "no table"}
    ),
    "POST /api/duty/shifts": _entry(
        "duty.write",
        422,
        404,
        lambda t: {
            "position": "duty_officer",
            "contact_id": t.contact_id,
            "starts_at": SPAN["until"],
            "ends_at": SPAN["since"],
            "area_code": t.area,
        },
    ),
    "POST /api/duty/shifts/{shift_id}/void": _entry("duty.write", 409, 404, {"version": 0, "reason": "病"}),
    "POST /api/duty/shifts/{shift_id}/swaps": _entry(
        "duty.write", 422, 404, lambda t: {"contact_id": t.contact_id, "reason": "病"}
    ),
    "POST /api/duty/swaps/{swap_id}/decide": _entry(
        "duty.write", 409, 404, {"verdict": "approved", "version": 0}
    ),
    "GET /api/duty/contacts": _entry("duty.read"),
    "POST /api/duty/contacts": _entry("duty.write", 422, 404, lambda t: {"name": "甲", "area_code": t.area}),
    "PATCH /api/duty/contacts/{contact_id}": _entry(
        "duty.write", 409, 404, {"name": "甲", "channels": ["voice"], "phone": "1", "version": 0}
    ),
    "GET /api/duty/handovers": _entry("duty.read"),
    "POST /api/duty/handovers": _entry("duty.write", 409),
    "GET /api/duty/handovers/{handover_id}": _entry("duty.read", 200, 404),
    "POST /api/duty/handovers/{handover_id}/items": _entry(
        "duty.write", 409, 404, {"text": "事", "version": 0}
    ),
    "PATCH /api/duty/handovers/{handover_id}/items/{item_id}": _entry(
        "duty.write", 409, 404, {"done": True, "version": 0}
    ),
    "POST /api/duty/handovers/{handover_id}/items/{item_id}/answer": _entry(
        "duty.write", 409, 404, {"answer": "accepted", "version": 0}
    ),
    "POST /api/duty/handovers/{handover_id}/give": _entry(
        "duty.write", 409, 404, {"confirm": True, "version": 0}
    ),
    "POST /api/duty/handovers/{handover_id}/take": _entry(
        "duty.write", 409, 404, {"confirm": True, "version": 0}
    ),
    "POST /api/duty/handovers/{handover_id}/withdraw": _entry(
        "duty.write", 409, 404, {"reason": "错", "version": 0}
    ),
    "GET /api/duty/log": _entry("duty.read", query=SPAN),
    "GET /api/duty/log.csv": _entry("duty.read", query=SPAN),
    "POST /api/duty/log": _entry(
        "duty.write", 201, 0, lambda t: {"client_id": once(t), "text": "记", "at": "2026-11-23T01:00:00Z"}
    ),
    "GET /api/duty/call-tree": _entry("duty.read"),
    "POST /api/duty/call-tree": _entry(
        "duty.write",
        422,
        404,
        lambda t: {"name": "县", "level": "county", "area_code": t.area, "parent_id": t.node_id},
    ),
    "PATCH /api/duty/call-tree/{node_id}": _entry(
        "duty.write", 409, 404, {"name": "村", "people": 1, "contact_ids": [], "version": 0}
    ),
    "GET /api/duty/calls": _entry("duty.read"),
    "POST /api/duty/calls": _entry(
        "duty.write",
        201,
        404,
        lambda t: {"client_id": once(t), "title": "转移", "words": "请转移", "area_code": t.area},
    ),
    "GET /api/duty/calls/{chain_id}": _entry("duty.read", 200, 404),
    "POST /api/duty/calls/{chain_id}/steps/{step_id}/answer": _entry(
        "duty.write", 409, 404, lambda _: {"name": "甲", "client_id": str(uuid4())}
    ),
    "POST /api/duty/calls/{chain_id}/cancel": _entry("duty.write", 409, 404, {"reason": "错", "version": 0}),
    "GET /api/cases": _entry("cases.read cases.own", query={"state": "all"}),
    "POST /api/cases": _entry("cases.write cases.own", 422, 404, lambda t: {**NEW_CASE, "area_code": t.area}),
    "GET /api/cases/types": _entry("cases.read cases.own settings.write"),
    "GET /api/cases/calendar": _entry("cases.read settings.write"),
    "PUT /api/cases/calendar": _entry(
        "settings.write",
        403,
        body={"hours": [{"windows": [[540, 600]]}], "weekdays": [0], "note": "示例", "version": 0},
    ),
    "GET /api/cases/matrix": _entry("cases.read settings.write"),
    "PUT /api/cases/matrix": _entry(
        "settings.write", 403, body={"type": "hotline", "rules": [], "note": "示例", "version": 0}
    ),
    "GET /api/cases/twins": _entry(
        "cases.read cases.own", query={"lon": 115.48, "lat": 35.24, "class_code": "0201"}
    ),
    "GET /api/cases/repeated": _entry("cases.read"),
    "POST /api/cases/callers": _entry("cases.write", body={"phone": "13800000000", "purpose": "call"}),
    "GET /api/cases/burden": _entry("cases.read"),
    "GET /api/cases/map": _entry(
        "cases.read", query={"west": 115.0, "south": 35.0, "east": 116.0, "north": 36.0}
    ),
    "GET /api/cases/metrics": _entry("cases.read"),
    "GET /api/cases/metrics/figures": _entry("cases.read", query={"day": "2026-11-23"}),
    "GET /api/cases/metrics/cases": _entry("cases.read", query={"day": "2026-11-23", "metric": "valid"}),
    "GET /api/cases/metrics/figures.{form}": _entry("cases.read", query={"day": "2026-11-23"}),
    "GET /api/cases/metrics/cases.{form}": _entry(
        "cases.read", query={"day": "2026-11-23", "metric": "valid"}
    ),
    "GET /api/cases/metrics/corrections": _entry("cases.read"),
    "POST /api/cases/metrics/exclusions": _entry(
        "cases.correct", 201, 404, lambda t: {"id": once(t), "case_id": t.case_id, "reason": "r"}
    ),
    "POST /api/cases/metrics/points": _entry(
        "cases.correct",
        201,
        422,
        lambda t: {"id": t.point_id, "day": "2026-11-23", "key": t.area, "points": 1, "reason": "r"},
    ),
    "POST /api/cases/metrics/corrections/{correction_id}/withdraw": _entry(
        "cases.correct", 200, 404, {"reason": "r"}
    ),
    "GET /api/cases/metrics/evaluations": _entry("cases.correct"),
    "POST /api/cases/metrics/evaluations": _entry(
        "cases.correct", 201, 0, lambda t: {"id": once(t), "day": "2026-11-23"}
    ),
    "GET /api/cases/metrics/evaluations/{evaluation_id}": _entry("cases.correct", 200, 404),
    "GET /api/cases/metrics/evaluations/{evaluation_id}/today": _entry("cases.correct", 200, 404),
    "GET /api/cases/metrics/evaluations/{evaluation_id}/table.{form}": _entry("cases.correct", 200, 404),
    "GET /api/cases/metrics/course": _entry("cases.read", query={"day": "2026-11-23"}),
    "GET /api/cases/metrics/course.{form}": _entry("cases.read", query={"day": "2026-11-23"}),
    "GET /api/cases/metrics/course/cases": _entry("cases.read", query={"day": "2026-11-23"}),
    "GET /api/cases/metrics/course/cases.{form}": _entry("cases.read", query={"day": "2026-11-23"}),
    "GET /api/cases/metrics/areas": _entry("cases.read"),
    "PUT /api/cases/metrics/areas": _entry(
        "cases.correct", 409, 0, {"items": [], "based_on": 99, "note": "统计公报（示例）"}
    ),
    "GET /api/cases/{case_id}": _entry("cases.read cases.own", 200, 404),
    "POST /api/cases/{case_id}/steps": _entry(
        "cases.read cases.own", 409, 404, {"event": "open", "version": 99, "client_id": str(uuid4())}
    ),
    "GET /api/cases/clusters": _entry("cases.read"),
    "POST /api/cases/clusters/apart": _entry(
        "cases.write", 422, 404, lambda t: {"id": once(t), "cause": "sewer", "case_ids": [t.case_id] * 2}
    ),
    "POST /api/cases/clusters/apart/{apart_id}/withdraw": _entry("cases.write", 204, 404),
    "GET /api/cases/{case_id}/entries": _entry("cases.read cases.own", 200, 404),
    "GET /api/cases/{case_id}/ties": _entry("cases.read cases.own", 200, 404),
    "POST /api/cases/{case_id}/ties": _entry(
        "cases.write", 422, 404, lambda t: {"cause": "sewer", "case_ids": [t.case_id]}
    ),
    "DELETE /api/cases/{case_id}/ties": _entry("cases.write", 200, 404),
    "GET /api/open311/keys": _entry("settings.write", 403),
    "POST /api/open311/keys": _entry("settings.write", 403, 0, {"name": "市民通", "contact": "王工"}),
    "DELETE /api/open311/keys/{key_id}": _entry("settings.write", 403, 403),
    "POST /api/cases/{case_id}/pictures": _entry("cases.write cases.own", 422, 404, photo=True),
    "GET /api/cases/{case_id}/pictures/{picture_id}": _entry("cases.read cases.own", 200, 404),
    "POST /api/alarms/{alarm_id}/case": _entry(
        "cases.write", 422, 404, {"id": str(uuid4()), "type": "hotline", "class_code": "77"}
    ),
    "POST /api/cases/{case_id}/incident": _entry(
        "incidents.write", 409, 404, {"kind": "flood", "level": 3, "version": 99, "client_id": str(uuid4())}
    ),
    "GET /api/cases/{case_id}/referrals": _entry("cases.read cases.own", 200, 404),
    "POST /api/cases/{case_id}/referrals": _entry(
        "cases.write", 404, 404, {"platform": "nobody", "client_id": str(uuid4())}
    ),
    "POST /api/cases/{case_id}/referrals/{referral_id}/{what}": _entry("cases.write", 404, 404),
    "POST /api/cases/{case_id}/flags": _entry(
        "cases.read cases.own", 409, 404, {"version": 99, "client_id": str(uuid4())}
    ),
    "POST /api/cases/{case_id}/reporters": _entry(
        "cases.write", 200, 404, lambda t: {"id": once(t), "channel": "phone"}
    ),
    "GET /api/records": _entry("records.read"),
    "GET /api/record-runs/{run_id}": _entry("records.read", 404),
    "GET /api/record-deliveries/{platform}": _entry("records.read"),
    "POST /api/record-deliveries/{told_id}/retry": _entry("records.write", 404),
    "GET /api/records/{platform}/{feed}/items": _entry("records.read"),
    "GET /api/records/{platform}/{feed}/items.csv": _entry("records.read"),
    "GET /api/records/{platform}/{feed}/counts": _entry("records.read"),
    "GET /api/records/{platform}/{feed}/faults": _entry("records.write"),
    "GET /api/records/{platform}/{feed}/faults.csv": _entry("records.write"),
    "POST /api/record-faults/{fault_id}/replay": _entry("records.write", 404, 0, {"values": {}}),
    "POST /api/records/{platform}/{feed}/preview": _entry("records.write", photo=True),
    "POST /api/records/{platform}/{feed}/import": _entry("records.write", 503, photo=True),
    "GET /api/record-keys/{platform}": _entry("records.write settings.write"),
    "POST /api/record-keys/{platform}": _entry("records.write settings.write", 201, 0, {"title": "某系统"}),
    "POST /api/record-keys/{platform}/{key_id}/revoke": _entry("records.write settings.write", 404),
    "GET /api/households": _entry("households.read visits.own"),
    "POST /api/households/register": _entry("households.write", 422, photo=True),
    "POST /api/households/register/look": _entry("households.write", 422, photo=True),
    "GET /api/households/registers": _entry("households.write"),
    "GET /api/households/registers/{file_id}": _entry("households.write", 200, 404),
    "POST /api/households/registers/{file_id}/bad": _entry("households.write", 422, photo=True),
    "GET /api/households/openings": _entry("households.review"),
    "GET /api/households/openings.csv": _entry("households.review"),
    "GET /api/households/openings/mine": _entry("households.purpose"),
    "POST /api/households/openings/{opening_id}/explain": _entry(
        "households.purpose", 409, 404, {"text": "走访"}
    ),
    "POST /api/households/openings/{opening_id}/review": _entry(
        "households.review", 409, 404, {"verdict": "fit"}
    ),
    "GET /api/households/{household_id}": _entry("households.read visits.own", 200, 404),
    "POST /api/households/{household_id}/open": _entry(
        "households.purpose",
        200,
        404,
        lambda t: {"id": str(uuid4()), "purpose": "visit", "subject_id": t.visit_id},
    ),
    "GET /api/households/{household_id}/residents": _entry(
        "households.purpose", 404, 404, query=lambda _: {"opening": str(uuid4())}
    ),
    "GET /api/visits": _entry("visits.read visits.own", query={"state": "all"}),
    "GET /api/visits/day": _entry("visits.write visits.own"),
    "GET /api/visits/grids": _entry("visits.read"),
    "GET /api/visits/notices": _entry("visits.read visits.own"),
    "POST /api/visits/notices": _entry(
        "visits.write",
        201,
        404,
        lambda t: {
            "id": once(t),
            "area_code": t.area,
            "title": "停水",
            "words": "停水",
            "since": "2026-01-01",
            "until": "2026-01-02",
        },
    ),
    "GET /api/visits/week": _entry("visits.read"),
    "PUT /api/visits/week": _entry(
        "visits.write",
        409,
        404,
        lambda t: {"week": "2026-11-23", "slots": [{"visit_id": t.visit_id, "on": None}]},
    ),
    "POST /api/visits/week/suggest": _entry("visits.write", body={"week": "2026-11-30"}),
    "POST /api/visits/week/publish": _entry(
        "visits.write", 409, 404, lambda t: {"week": "2026-11-30", "area": t.area + "9"}
    ),
    "GET /api/visits/carried": _entry("visits.read"),
    "GET /api/visits/carried/{carried_id}": _entry("visits.read", 200, 404),
    "POST /api/visits/carried/{carried_id}/again": _entry(
        "visits.write", 409, 404, lambda _: {"households": [str(uuid4())]}
    ),
    "GET /api/visits/called": _entry("visits.read"),
    "POST /api/visits/called/{step_id}/again": _entry("visits.write", 409, 409),
    "GET /api/visits/cadence": _entry("visits.read settings.write"),
    "PUT /api/visits/cadence": _entry(
        "settings.write", 403, body={"days": {}, "again_days": 1, "note": "示例", "version": 0}
    ),
    "POST /api/visits": _entry(
        "visits.write visits.own",
        409,
        404,
        lambda t: {
            "client_id": once(t),
            "kind": "care",
            "outcome": "met",
            "device_at": "2026-11-23T01:00:00Z",
            "visit_id": t.visit_id,
        },
    ),
    "POST /api/visits/plan": _entry(
        "visits.write",
        201,
        404,
        lambda t: {"id": once(t), "kind": "care", "due_on": "2026-11-30", "household_id": t.household_id},
    ),
    "POST /api/visits/{visit_id}/cancel": _entry("visits.write", 409, 404, {"reason": "已搬离"}),
    "GET /api/visits/{visit_id}": _entry("visits.read visits.own", 200, 404),
    "POST /api/visits/{visit_id}/photos": _entry("visits.write visits.own", 422, 404, photo=True),
    "GET /api/visits/{visit_id}/photos/{photo_id}": _entry("visits.read visits.own", 404, 404),
    "GET /api/directives": _entry("directives.read directives.own", query={"state": "all"}),
    "GET /api/directives/targets": _entry("directives.write"),
    "POST /api/directives": _entry(
        "directives.write",
        201,
        404,
        lambda t: {"client_id": once(t), "title": "查", "target": {"role": "leader"}, "area_code": t.area},
    ),
    "POST /api/directives/remind": _entry("directives.write", 200, 404, lambda t: {"ids": [t.directive_id]}),
    "GET /api/directives/{directive_id}": _entry("directives.read directives.own", 200, 404),
    "POST /api/directives/{directive_id}/steps": _entry(
        "directives.read directives.own",
        409,
        404,
        lambda _: {"event": "start", "version": 0, "client_id": str(uuid4())},
    ),
    "POST /api/directives/{directive_id}/evidence": _entry(
        "directives.read directives.own",
        409,
        404,
        lambda _: {"id": str(uuid4()), "kind": "text", "at": "2026-11-23T01:00:00Z", "text": "已查"},
    ),
    "POST /api/directives/{directive_id}/photos": _entry(
        "directives.read directives.own", 409, 404, photo=True
    ),
    "GET /api/directives/{directive_id}/evidence/{evidence_id}": _entry(
        "directives.read directives.own", 200, 404
    ),
    "GET /api/directives/{directive_id}/instruments": _entry(
        "directives.read directives.own", 200, 404, query={"q": "站"}
    ),
    "POST /api/directives/{directive_id}/extension": _entry(
        "directives.read directives.own", 409, 404, {"until": "2026-11-24T01:00:00Z", "reason": "路断"}
    ),
    "POST /api/directives/{directive_id}/extension/decide": _entry(
        "directives.write", 409, 404, {"grant": True}
    ),
    "POST /api/directives/{directive_id}/stop": _entry("directives.write", 409, 404, {"reason": "毕"}),
}
LIVE = "WEBSOCKET /live"
ALL_SEEING = {"GET /api/audit", "GET /api/audit/verify"}  # the trail is one chain and knows no area


def _routes(client: Client) -> set[str]:
    app = app_over(client.deps)
    return {
        f"{method} {route.path}"
        for route in iter_route_contexts(app.routes)
        for method in sorted(route.methods or {"WEBSOCKET"})
        if method != "HEAD"
    }


@pytest.fixture
async def parts(app_client: Client) -> Running:
    return await running(app_client)


async def _filed(connection: Connection, area: str, mark: str) -> tuple[str, str]:
    case = await at_work(connection, area_code=area, title=mark)
    return str(case.id), str(await looked_at(connection, area, mark))


async def _matters(connection: Connection, things: Things, who: Actor, crew: Actor, mark: str) -> None:
    things.case_id, things.census_id = await _filed(connection, things.area, mark)
    await visited(connection, things, who, crew, mark)
    await _shown(connection, things, mark)
    await _at_the_doors(connection, things, who, crew, mark)
    await _evaluated(connection, things, who, mark)


async def _town(parts: Running, area: str, mark: str) -> Things:
    things = Things(area)
    async with parts.db.work() as connection:
        more = {"area_code": area, "name_en": f"Station {mark}", "properties": {"warning_level_m": 10}}
        station = await add_entity(connection, mark, device=mark, **more)
        await frames.keep(
            connection,
            "water",
            [Frame(b"\x01", to_us(START), "peer", Verdict.BAD, mark, station.key)],
            keep_good=True,
        )
    things.urn, things.entity = station.urn, station.key
    await parts.path.entities_changed()
    await parts.observe(station.key, ("level", 11.0))
    who = actor(area=area)
    async with parts.db.work() as connection:
        [alarm] = [
            one for one in (await alarms.page(connection, alarms.Wanted()))[0] if one.entity == station.key
        ]
        incident = await open_incident(connection, who, title=mark, alarm_ids=[alarm.id])
        await incidents.add_note(connection, incident.id, mark, who, START)
        unit = await add_unit(connection, mark, area_code=area)
        task = await tasks.assign(connection, incident.id, unit.id, mark, who, START)
        photo, call = uuid4(), tasks.Call(uuid4(), START)
        await tasks.add_photo(connection, task.id, photo, picture(), START, None, None, who, START)
        await tasks.ask_help(connection, task.id, ("pump",), 1, call, who, START)
        await tasks.answer_help(connection, call.client_id, mark, who, START)
        things.call_id = str(call.client_id)
    crew = actor_of(await parts.person(Role.FIELD_WORKER, area))
    async with parts.db.work() as connection:
        panic = await tasks.cry(connection, tasks.Call(uuid4(), START, note=mark), None, crew, START)
        await tasks.end_cry(connection, panic.id, mark, crew, START)
        closing = NewClosure(SPOT, mark, depth_m=0.1)
        closure = await roads.close(connection, closing, START, by=mark, space=0, area_code=area)
        await furnish(connection, things, who, crew, mark)
        await furnish_command(connection, things, incident.id, who, mark)
        await _matters(connection, things, who, crew, mark)
    things.panic_id, things.closure_id = str(panic.id), str(closure.id)
    await _silenced_and_told(parts, things, str(alarm.id), who, mark)
    await _exercise(parts, things, who, mark)
    await parts.person(Role.DUTY_OFFICER, area)
    await _supplies(parts, things, mark)
    person = await parts.person(Role.LEADER, area, mark.lower())
    things.alarm_id, things.incident_id, things.task_id = str(alarm.id), str(incident.id), str(task.id)
    things.unit_id, things.photo_id = str(unit.id), str(photo)
    things.person_id, things.login = str(person.id), person.login
    await _warned(parts, things)
    async with parts.db.work() as connection:
        text = small(("plan: small-flood", f"plan: plan-{area}"), ("en: Small plan", f"en: {mark}"))
        await plans.adopt(connection, START, text, area=area)
        await plans.new_draft(connection, who, START, f"plan-{area}")
    things.slug = f"plan-{area}"
    async with parts.db.work(who.scope.settings()) as connection:
        under = UUID(things.incident_id)
        response = await responses.start(connection, who, START, things.slug, "IV", mark, under)
        issued = await response_queries.issues(connection, response.id)
    things.response_id = str(response.id)
    things.issue_id = next(str(one.id) for one in issued if one.kind == "task")
    return things


async def _shown(connection: Connection, things: Things, mark: str) -> None:
    """A case that is being handled, with a picture."""
    case = await at_work(connection, area_code=things.area, title=mark)
    shown = NewPicture(uuid4(), "report", picture(), START)
    await cases.add_picture(connection, case.id, shown, Author(mark), START)
    things.case_id, things.picture_id = str(case.id), str(shown.id)
    other, told = await case_reported(connection, area_code=things.area, title=mark), uuid4()
    telling = Telling(told, "sewer", (case.id, other.id), mark)
    await cases.tell_apart(connection, telling, cause_named("sewer"), actor(), START)
    things.apart_id = str(told)


async def _warned(parts: Running, things: Things) -> None:
    """A draft, and a warning that was sent."""
    async with parts.db.work() as connection:
        office = Office(connection)
        things.warning_id = str((await office.drafted(area_code=things.area)).id)
        sent = await office.sent(await office.drafted(area_code=things.area))
        delivery = next(
            one for one in await warnings.deliveries(connection, sent.id) if one.state == "pending"
        )
    things.delivery_id, things.identifier = str(delivery.id), str(sent.identifier)


async def _exercise(parts: Running, things: Things, who: Actor, mark: str) -> None:
    """An exercise that is ready, with an inject that was left out."""
    script = Script(id="matrix", title=_said(mark), purpose=_said(mark), injects=(inject_of(NOTE_INJECT),))
    async with parts.db.work() as connection:
        drill = await drills.make(connection, who, START, script, template="", scale=1, simulated=False)
        (inject,) = await drill_queries.injects(connection, drill.id)
        await drills.settle(connection, drill, inject, START, state="skipped", by=mark)
    things.drill_id, things.inject_id = str(drill.id), str(inject.id)


def _said(words: str) -> Text:
    return Text(words, words)


async def _at_the_doors(connection: Connection, things: Things, who: Actor, crew: Actor, mark: str) -> None:
    """A case at work with its picture, and a household that was visited and opened."""
    things.case_id = str((await at_work(connection, area_code=things.area, title=mark)).id)
    await visited(connection, things, who, crew, mark)
    await _shown(connection, things, mark)


async def _silenced_and_told(parts: Running, things: Things, alarm: str, who: Actor, mark: str) -> None:
    """A judged suggestion, an outage that is asked for, and a notice."""
    async with parts.db.work() as connection:
        more = await add_entity(connection, f"{mark}2", area_code=things.area, name_en=f"Station {mark} 2")
        other = await raise_alarm(connection, more)
        link = uuid4()
        await connection.execute(
            "insert into alarm_link (id, space, area_code, alarm_id, other_id, score, reasons, state, suggested_at)"
            " values (%s, 0, %s, %s, %s, 0.9, '[]', 'rejected', %s)",
            (link, things.area, alarm, other, START),
        )
        outage = await alarm_actions.ask_outage(
            connection, UUID(alarm), who, START, reason=mark, work_order="W1", hours=2
        )
        notice = await notices.post(connection, new(area_code=things.area, title=Text(mark, mark)), START)
    things.link_id, things.outage_id, things.notice_id = str(link), str(outage.id), str(notice)


async def _supplies(parts: Running, things: Things, mark: str) -> None:
    who = actor(area=things.area)
    place: dict[str, Any] = {
        "code": mark, "name_zh": mark, "name_en": mark, "area_code": things.area, "department": None, "address": mark,
        "lon": None, "lat": None, "contact": "", "phone": "", "example": True, "capacity": 9, "services": [],
    }  # fmt: skip
    async with parts.db.work() as connection:
        await supplies.put_material(connection, {"code": "tent", **_TENT})
        things.store_id = str(await supplies.put_store(connection, place))
        things.shelter_id = str(await supplies.put_shelter(connection, place))
        need = await supplies.state_need(connection, who, START, title=mark, quantity=1, unit="顶")
        order = await supplies.ask(connection, need.id, mark, None, None, who, START)
        await supplies.withdraw_need(connection, need.id, mark, who, START)
    things.need_id, things.order_id, things.message_id = str(need.id), str(order.id), order.last_message


async def _posted(parts: Running, things: Things) -> None:
    """A key, and a report that came by it."""
    async with parts.db.work() as connection:
        key, _ = await keys.issue(connection, actor(), START, NewKey(things.area, "王工"))
        posting = Posting(key.id, things.area.encode())
        kept = await cases.post(connection, Author("市民通"), START, new_case(source="public"), posting)
        entry = cases.Entry(
            uuid4(), "hotline", "0201", things.area, text="井盖破了", contact="a@example.org", consents=True
        )
        await cases.take_in(connection, entry, START)
        slip = derived("slip", entry.id)
        things.link = link_of(await cases.mail_key(connection), "end", slip)
    things.key_id, things.service_request_id, things.token = str(key.id), kept.case.number, str(kept.token)


async def _evaluated(connection: Connection, things: Things, who: Actor, mark: str) -> None:
    correction, evaluation = uuid4(), uuid4()
    await cases.exclude(connection, correction, cases.Exclusion(UUID(things.case_id)), "r", who, START)
    asked = {"window": "month", "day": "2026-11-23", "last": None, "from_day": 19, "from_hour": 12, "group": "area",
             "type": None, "area": things.area, "known_until": START.isoformat()}  # fmt: skip
    await cases.keep_evaluation(connection, evaluation, asked, {}, "", who, START)
    things.correction_id, things.evaluation_id, things.point_id = (
        str(correction),
        str(evaluation),
        str(uuid4()),
    )


async def _world(parts: Running) -> tuple[Things, Things]:
    own, foreign = await _town(parts, TOWN, "OWN"), await _town(parts, OTHER_TOWN, MARK)
    await with_roads(parts)
    for things in (own, foreign):
        await _posted(parts, things)
    own.network = foreign.network = parts.path.roads.graph_version
    crew = await parts.person(Role.FIELD_WORKER, TOWN)
    async with parts.db.work() as connection:
        row = {
            "name": "roads",
            "title_zh": "路",
            "title_en": "Roads",
            "schematic": True,
            "credit": "",
            "position": 1,
        }
        await entities.put_layer(
            connection, row | {"features": {"type": "FeatureCollection", "features": []}}
        )
        await units.add_member(connection, UUID(own.unit_id), crew.id)
    return own, foreign


async def _ask(client: Client, name: str, entry: Entry, things: Things, **options: Any) -> httpx.Response:
    method, template = name.split(" ")
    names = {"layers": "roads", "inhibitions": "silent_device"}  # what `name` means depends on what it names
    known = next((value for part, value in names.items() if part in template), "water")
    reviewed = {"kind": "incident", "subject_id": things.incident_id}
    unknown = {"referral_id": str(UUID(int=7)), "what": "again"}
    path = template.format(**{**vars(things), **reviewed, **unknown, "name": known})
    options["params"] = _made(entry.query, things)
    if entry.body is not None:
        options["json"] = _made(entry.body, things)
    if entry.photo:
        options["files"] = {"file": ("a.jpg", b"no picture", "image/jpeg")}
        options["data"] = {"client_id": str(uuid4()), "taken_at": "2026-11-23T01:00:00Z"}
    if method == "GET":
        return await client.get(path, **options)
    return await client.send(method, path, **options)


def _allowed(role: Role, entry: Entry) -> bool:
    return not entry.needs or bool(entry.needs & ROLE_PERMISSIONS[role])


async def test_every_route_stands_in_the_matrix_or_is_public(parts: Running) -> None:
    assert _routes(parts.client) == set(MATRIX) | set(PUBLIC) | {LIVE}
    assert not set(MATRIX) & set(PUBLIC)


def test_every_permission_opens_something() -> None:
    opened = {need for entry in MATRIX.values() for need in entry.needs} | set(TOPICS.values())
    assert opened - {""} == PERMISSIONS


async def test_without_a_session_nothing_but_the_public_answers(parts: Running) -> None:
    own, _ = await _world(parts)
    parts.client.http.cookies.clear()
    wrong = {}
    for name, entry in MATRIX.items():
        answer = await _ask(parts.client, name, entry, own)
        if answer.status_code != 401:
            wrong[name] = answer.status_code
    for name in PUBLIC:
        if name.startswith("GET "):
            answer = await parts.client.get(name.split(" ")[1].format(**vars(own)), params={"q": "镇"})
            if answer.status_code not in (200, 307, 503):
                wrong[name] = answer.status_code
    assert wrong == {}


async def test_a_role_does_what_it_may_in_its_area_and_nothing_elsewhere(parts: Running) -> None:
    own, foreign = await _world(parts)
    wrong: dict[str, Any] = {}
    speaks: tuple[Role, bool] | None = None
    for role, (name, entry) in product(Role, MATRIX.items()):
        if speaks != (role, False):
            await parts.enter(role, TOWN)
        speaks = (role, "/api/session" in name)  # what changes a session is followed by a new one
        for things, fit in ((own, entry.own), (foreign, entry.foreign)):
            if not fit:
                continue
            answer = await _ask(parts.client, name, entry, things)
            expected = fit if _allowed(role, entry) else 403
            asked = f"{role} {name} {things.area}"
            if answer.status_code != expected:
                wrong[asked] = (answer.status_code, expected, answer.text[:200])
            if MARK.lower() in answer.text.lower() and name not in ALL_SEEING:
                wrong[f"{asked} tells"] = answer.text[:400]
    assert wrong == {}


async def test_what_changes_something_needs_origin_and_token(parts: Running) -> None:
    own, _ = await _world(parts)
    wrong = {}
    for name, entry in MATRIX.items():
        role = next(role for role in Role if _allowed(role, entry))
        await parts.enter(role, TOWN)
        if name.startswith("GET "):
            continue
        for headers in ({"x-csrf-token": "wrong"}, {"x-csrf-token": ""}, {"origin": "http://evil.test"}):
            answer = await _ask(parts.client, name, entry, own, headers=headers)
            if answer.status_code != 403:
                wrong[name, str(headers)] = answer.status_code
    assert wrong == {}


async def test_bulk_actions_refuse_what_is_foreign_by_name(parts: Running) -> None:
    _, foreign = await _world(parts)
    await parts.enter(Role.DUTY_OFFICER, TOWN)
    for action in ("acknowledge", "unacknowledge", "shelve", "unshelve", "reset"):
        body = {"ids": [foreign.alarm_id], "minutes": 5, "reason": "检修"}
        answer = (await parts.client.post(f"/api/alarms/{action}", body)).json()
        assert answer["items"] == []
        assert [one["reason"]["en"] for one in answer["refused"]] == ["there is no such alarm"]


@pytest.fixture
async def listening(parts: Running, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Running]:
    monkeypatch.setattr(hub, "PLATFORMS_EVERY", 3)
    async with beating(parts):
        yield parts


# What each topic says of a thing, as the screen would look for it.
_SAID: dict[str, Callable[[Any], str]] = {
    "alarms": lambda item: item["entity"]["urn"],
    "incidents": lambda item: item["title"],
    "incident": lambda item: item["incident"]["title"],
    "tasks": lambda item: item["order"],
    "units": lambda item: item["code"],
    "observations": lambda item: item[0],
    "platforms": lambda item: f"OWN {item['name']}",
}


async def _stir(parts: Running, *towns: Things, at_s: float) -> None:
    for things in towns:
        await parts.observe(things.entity, ("level", 12.0), at_s=at_s)
    alarm_ids = {UUID(things.alarm_id) for things in towns}
    parts.hub.changed(Changes(alarm_ids, {UUID(things.task_id) for things in towns}))


async def test_a_role_hears_what_it_may_of_its_area_and_nothing_else(listening: Running) -> None:
    assert set(_SAID) == SPOKEN
    own, foreign = await _world(listening)
    for moment, role in enumerate(Role, start=1):
        await listening.enter(role, TOWN)
        async with Socket(listening.client) as socket:
            allowed = await _subscribed(socket, role, own, foreign)
            scoped = {name for name in allowed if name.split()[0] in ("incident", "observations")}
            expected = {name for name in allowed if name not in scoped or name.endswith(" own")}
            await _stir(listening, own, foreign, at_s=moment)
            heard: dict[str, list[str]] = {}
            while expected - set(heard):
                message = await socket.hear(4.0)
                said = map(_SAID[message["id"].split()[0]], message["items"])
                heard.setdefault(message["id"], []).extend(said)
            assert "platforms own" in allowed or await socket.silent()
        assert set(heard) == expected, role
        for name, lines in heard.items():
            assert MARK not in " ".join(lines), (role, name)
            assert "OWN" in " ".join(lines), (role, name)


SPOKEN = set(TOPICS) - {"changes"}  # which tells ids alone; who hears of which noun stands in test_live


def _needs() -> list[tuple[str, str]]:
    return [(topic, needs) for topic, needs in TOPICS.items() if topic in SPOKEN]


async def _subscribed(socket: Socket, role: Role, own: Things, foreign: Things) -> set[str]:
    permissions = ROLE_PERMISSIONS[role]
    allowed = set()
    for (topic, needs), (town, things) in product(_needs(), (("own", own), ("foreign", foreign))):
        wish: dict[str, Any] = {
            "incident": {"id": things.incident_id},
            "observations": {"urns": [things.urn]},
        }
        name = f"{topic} {town}"
        await socket.say(do="subscribe", id=name, topic=topic, filter=wish.get(topic, {}))
        answer = await socket.hear()
        while "items" in answer:  # a topic asked for before has begun to speak
            answer = await socket.hear()
        may = needs in permissions if needs else bool({"tasks.read", "tasks.own"} & permissions)
        assert answer["do"] == ("subscribed" if may else "refused"), (role, topic, answer)
        allowed |= {name} if may else set()
    return allowed


async def test_the_live_stream_needs_a_session_and_the_own_page(parts: Running) -> None:
    async with Socket(parts.client, token="made-up") as socket:
        assert await socket.hear() == {"closed": 4401}
    await parts.enter(Role.DUTY_OFFICER, COUNTY)
    async with Socket(parts.client, origin="http://evil.test") as socket:
        assert await socket.hear() == {"closed": 4403}
    async with Socket(parts.client, origin=ORIGIN) as socket:
        await socket.say(do="ping")
        assert await socket.hear() == {"do": "pong"}


SPACE = 99
NOT_IN_A_SPACE = {"person_id", "drill_id", "inject_id", "area", "login", "network", "form_number"}
# Exercises are seen from reality to be entered, a name may be taken in both, and plans of reality are practised.
SEEN_IN_BOTH = ("/api/session", "/api/drills", "POST /api/entities")
FIRST_TO_ASK = (Role.DUTY_OFFICER, Role.LEADER, Role.INTEGRATOR)


def _moved(parts: Running, area: str) -> None:
    """Everything of an area belongs to an exercise from now on, as if it had been made in it."""
    with psycopg.connect(parts.client.dsns.superuser, autocommit=True) as connection:
        connection.execute("insert into space (id, name) values (%s, 'moved')", (SPACE,))
        connection.execute(
            "set session_replication_role = replica"
        )  # what was sent must not change otherwise
        connection.execute("update warning set status = 'Exercise' where starts_with(area_code, %s)", (area,))
        tables = connection.execute(_OF_A_SPACE).fetchall()
        for (table,) in tables:
            connection.execute(
                sql.SQL("update {} set space = %s where space = 0 and starts_with(area_code, %s)").format(
                    sql.Identifier(table)
                ),
                (SPACE, area),
            )
        for text in _FOLLOWING:
            connection.execute(text, {"space": SPACE})


_OF_A_SPACE = (
    "select c.table_name from information_schema.columns c join information_schema.columns a"
    " using (table_schema, table_name) where table_schema = 'public' and c.column_name = 'space'"
    " and a.column_name = 'area_code' and table_name <> 'drill' and exists (select 1 from pg_tables t"
    " where t.tablename = table_name) order by 1"
)
_FOLLOWING = (
    "update observation set space = %(space)s where entity in (select key from entity where space = %(space)s)",
    "update frame_bad set space = %(space)s where entity in (select key from entity where space = %(space)s)",
    "update warning_delivery d set space = %(space)s from warning w where w.id = d.warning_id and w.space = %(space)s",
)


def _names_one(name: str, entry: Entry, things: Things) -> bool:
    """Whether the request names a thing that belongs to a data space."""
    asked = name + str(_made(entry.body or {}, things)) + str(_made(entry.query, things))
    held = {key: str(value) for key, value in vars(things).items() if key not in NOT_IN_A_SPACE}
    known = {value for value in held.values() if len(value) > 8}
    in_path = {part for part in held if f"{{{part}}}" in name} or "{subject_id}" in name
    return bool(in_path) or any(one in asked for one in known)


async def _told_of(
    parts: Running, space: int, things: Things, mark: str, but: tuple[str, ...]
) -> dict[str, Any]:
    """What the county's own people who look at one data space are answered about things of another, where wrong."""
    wrong: dict[str, Any] = {}
    for role in FIRST_TO_ASK:
        await parts.enter(role, COUNTY)
        async with parts.db.work() as connection:
            await connection.execute("update session set space = %s", (space,))
        others = FIRST_TO_ASK[: FIRST_TO_ASK.index(role)]
        for name, entry in MATRIX.items():
            asked_before = any(_allowed(other, entry) for other in others)
            if any(part in name for part in but) or asked_before or not _allowed(role, entry):
                continue
            answer = await _ask(parts.client, name, entry, things)
            if entry.foreign == 404 and _names_one(name, entry, things) and answer.status_code != 404:
                wrong[name] = (answer.status_code, answer.text[:200])
            if mark in answer.text and name not in ALL_SEEING:
                wrong[f"{name} tells"] = answer.text[:200]
    return wrong


async def test_ids_of_an_exercise_are_unknown_in_reality_and_the_other_way_round(parts: Running) -> None:
    own, exercised = await _world(parts)
    _moved(parts, OTHER_TOWN)
    await parts.path.entities_changed()
    assert await _told_of(parts, 0, exercised, MARK, SEEN_IN_BOTH) == {}
    assert await _told_of(parts, SPACE, own, "OWN", (*SEEN_IN_BOTH, "/api/plans")) == {}
