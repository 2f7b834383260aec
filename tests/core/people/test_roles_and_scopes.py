"""Does each role hold what it should, and does one decision rule what is seen?"""

from uuid import UUID

import pytest

from mudan.core.people.model import (
    DEPARTMENT_BOUND,
    EVERY_SPACE,
    PERMISSIONS,
    ROLE_PERMISSIONS,
    Role,
    Scope,
    may,
    scope_of,
)
from mudan.primitives.errors import Invalid

SOMEBODY = UUID(int=1)


def test_every_role_has_a_row() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_the_desk_shelves_and_only_the_duty_officer_closes() -> None:
    assert {role for role in Role if may(role, "alarms.shelve")} == {Role.DUTY_OFFICER, Role.DISPATCHER}
    assert [role for role in Role if may(role, "incidents.close")] == [Role.DUTY_OFFICER]


def test_only_the_administrator_changes_accounts() -> None:
    assert [role for role in Role if may(role, "people.write")] == [Role.ADMINISTRATOR]


def test_only_the_auditor_reads_the_trail() -> None:
    assert [role for role in Role if may(role, "audit.read")] == [Role.AUDITOR]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_administrative_roles_see_no_business(role: Role) -> None:
    held = ROLE_PERMISSIONS[role] - {
        "households.review"
    }  # who broke the glass and why, never what was behind it
    assert {permission.split(".")[0] for permission in held} <= {"people", "audit", "settings"}


def test_the_leader_decides_and_does_not_operate() -> None:
    decides = {one for one in ROLE_PERMISSIONS[Role.LEADER] if not one.endswith((".read", ".own", ".join"))}
    assert decides == {
        "cases.correct",
        "directives.write",
        "incidents.command",
        "incidents.note",
        "plans.approve",
        "reports.sign",
        "responses.approve",
        "reviews.sign",
        "stage.write",
        "warnings.approve",
    }


def test_the_field_worker_has_their_own_tasks_only() -> None:
    assert ROLE_PERMISSIONS[Role.FIELD_WORKER] == {
        "cases.own",
        "tasks.own",
        "notices.own",
        "directives.own",
        "drills.join",
        "households.purpose",
        "visits.own",
    }


def test_an_unknown_permission_is_held_by_nobody() -> None:
    assert "alarms.everything" not in PERMISSIONS
    assert not any(may(role, "alarms.everything") for role in Role)


@pytest.mark.parametrize(
    ("area", "department", "space", "seen"),
    [
        ("371702101", "water", 0, True),
        ("371702101203", "water", 0, True),
        ("371702101", None, 0, True),
        ("371702102", "water", 0, False),
        ("371702", "water", 0, False),
        ("371702101", "fire", 0, False),
        ("371702101", "water", 1, False),
        (None, "water", 0, False),
    ],
)
def test_a_town_liaison_sees_own_area_and_department(
    area: str | None, department: str | None, space: int, seen: bool
) -> None:
    scope = scope_of(SOMEBODY, Role.DEPARTMENT_LIAISON, "371702101", "water")
    assert scope.sees(area, department, space) is seen


@pytest.mark.parametrize("role", sorted(set(Role) - DEPARTMENT_BOUND))
def test_other_roles_see_every_department(role: Role) -> None:
    assert scope_of(SOMEBODY, role, "371702", "water").sees("371702101", "fire", 0)


def test_a_bound_role_without_department_sees_what_belongs_to_none() -> None:
    scope = scope_of(SOMEBODY, Role.FIELD_WORKER, "371702", None)
    assert scope.sees("371702", None, 0)
    assert not scope.sees("371702", "water", 0)


@pytest.mark.parametrize("code", ["*", "", "water,fire"])
def test_a_department_code_cannot_widen_a_scope(code: str) -> None:
    with pytest.raises(Invalid):
        Scope(SOMEBODY, Role.DEPARTMENT_LIAISON, "371702", frozenset({code}))


def test_settings_say_the_same_in_text() -> None:
    scope = Scope(SOMEBODY, None, "371702", frozenset({"water", "fire"}), 3)
    assert scope.settings() == {
        "area": "371702",
        "departments": "fire,water",
        "space": "3",
        "person": str(SOMEBODY),
    }
    assert Scope(None, None, "", None, EVERY_SPACE).settings() == {
        "area": "",
        "departments": "*",
        "space": "*",
        "person": "",
    }
