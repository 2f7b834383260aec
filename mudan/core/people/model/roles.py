"""Which roles are there, and what may each do? One table; what is not in it is not allowed."""

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is in the centre. A person has exactly one role."""

    LEADER = "leader"
    DUTY_OFFICER = "duty_officer"
    DISPATCHER = "dispatcher"
    DEPARTMENT_LIAISON = "department_liaison"
    FIELD_WORKER = "field_worker"
    INTEGRATOR = "integrator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


# Roles that see their own department (and what belongs to none); the others see every department.
DEPARTMENT_BOUND: Final = frozenset({Role.DEPARTMENT_LIAISON, Role.FIELD_WORKER})

_OPERATIONAL_READS: Final = frozenset(
    {
        "alarms.read",
        "cases.read",
        "incidents.read",
        "tasks.read",
        "units.read",
        "entities.read",
        "observations.read",
        "platforms.read",
        "kpis.read",
        "households.read",
        "directives.read",
        "drills.join",
        "drills.read",
        "duty.read",
        "notices.own",
        "plans.read",
        "records.read",
        "reports.read",
        "responses.read",
        "reviews.read",
        "roads.read",
        "supplies.read",
        "visits.read",
        "warnings.read",
    }
)
_OPERATING: Final = _OPERATIONAL_READS | {
    "alarms.acknowledge",
    "alarms.reset",
    "alarms.shelve",
    "cases.write",
    "directives.write",
    "duty.write",
    "households.purpose",
    "incidents.command",
    "incidents.note",
    "incidents.write",
    "platforms.command",
    "reports.write",
    "responses.write",
    "reviews.write",
    "roads.close",
    "supplies.write",
    "tasks.assign",
    "units.write",
    "visits.write",
    "warnings.write",
}

# The three administrative roles see nothing of the county's business: accounts and settings (administrator),
# trail (auditor) and equipment (integrator) are kept apart (GB/T 22239-2019 8.1.4.2 d).
ROLE_PERMISSIONS: Final[dict[Role, frozenset[str]]] = {
    Role.LEADER: _OPERATIONAL_READS
    | {
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
    },
    Role.DUTY_OFFICER: _OPERATING
    | {
        "alarms.maintain",
        "cases.correct",
        "drills.write",
        "households.write",
        "incidents.close",
        "plans.approve",
        "plans.write",
        "reports.sign",
        "responses.approve",
        "reviews.sign",
        "settings.write",
        "stage.write",
        "warnings.approve",
    },
    Role.DISPATCHER: _OPERATING,
    Role.DEPARTMENT_LIAISON: _OPERATIONAL_READS
    | {
        "cases.own",
        "directives.own",
        "households.purpose",
        "households.write",
        "incidents.note",
        "plans.write",
        "supplies.write",
        "visits.write",
        "warnings.write",
    },
    Role.FIELD_WORKER: frozenset(
        {
            "cases.own",
            "tasks.own",
            "notices.own",
            "directives.own",
            "drills.join",
            "households.purpose",
            "visits.own",
        }
    ),
    Role.INTEGRATOR: frozenset(
        {
            "platforms.read",
            "platforms.command",
            "frames.read",
            "entities.read",
            "entities.write",
            "observations.read",
            "units.read",
            "kpis.read",
            "records.read",
            "records.write",
            "roads.read",
            "roads.write",
        }
    ),
    Role.ADMINISTRATOR: frozenset({"people.read", "people.write", "settings.write"}),
    Role.AUDITOR: frozenset({"audit.read", "households.review", "people.read"}),
}

PERMISSIONS: Final = frozenset().union(*ROLE_PERMISSIONS.values())


def may(role: Role, permission: str) -> bool:
    """Whether a role holds a permission. An unknown permission is held by nobody."""
    return permission in ROLE_PERMISSIONS[role]
