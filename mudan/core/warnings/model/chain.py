"""Which warnings hold now? Messages of one event follow each other by the time they were sent, not received.

    Alert ──▶ in force ──Update──▶ replaced by the update      ──expires──▶ expired
                       ──Cancel──▶ cancelled

Each function is pure: the same messages in any order, and any of them twice, give the same answer.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from mudan.core.warnings.model.cap import Alert, Key, MsgType, Reference, Status
from mudan.core.warnings.model.cap_values import NATIONAL

_REPLACING: Final = frozenset((MsgType.UPDATE, MsgType.CANCEL))


class Standing(StrEnum):
    """What has become of a message."""

    IN_FORCE = "in_force"
    REPLACED = "replaced"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NOT_A_WARNING = "not_a_warning"  # a cancellation, an acknowledgement, an error: says something of others
    NOT_ACTUAL = "not_actual"  # exercise, test, system or draft: shown as such, never acted on


def standings(alerts: Iterable[Alert], now: datetime) -> dict[Key, Standing]:
    """What has become of each message by now. Messages without a name are left out."""
    named = {alert.key: alert for alert in alerts if alert.key is not None}
    ended = _ended(named)
    return {key: _standing(alert, ended.get(key), now) for key, alert in named.items()}


def in_force(alerts: Iterable[Alert], now: datetime) -> list[Alert]:
    """The actual warnings that hold now, the oldest first."""
    named = {alert.key: alert for alert in alerts if alert.key is not None}
    standing = standings(named.values(), now)
    return [named[key] for key in sorted(named, key=_sent) if standing[key] is Standing.IN_FORCE]


def _sent(key: Key) -> tuple[datetime, str, str]:
    return key.sent, key.sender, key.identifier


def _ended(named: Mapping[Key, Alert]) -> dict[Key, Standing]:
    """Which messages another one ended. A reference to what came later ends nothing."""
    ended: dict[Key, Standing] = {}
    for key in sorted(named, key=_sent):
        alert = named[key]
        if alert.msg_type not in _REPLACING:
            continue
        cancels = alert.msg_type is MsgType.CANCEL
        for reference in alert.references:
            for other in _referred(reference, alert, named):
                if other.sent <= key.sent and other != key and named[other].status == alert.status:
                    verdict = Standing.CANCELLED if cancels else Standing.REPLACED
                    ended.setdefault(other, verdict)
    return ended


def _referred(reference: Reference, alert: Alert, named: Mapping[Key, Alert]) -> list[Key]:
    """The messages a reference means. A national one names the event by its first message: all earlier ones of
    that event are meant."""
    if reference.sent is not None:
        key = Key(reference.sender, reference.identifier, reference.sent)
        return [key] if key in named else []
    event = alert.version == NATIONAL
    return [
        key
        for key, other in named.items()
        if reference.names(key) or (event and reference in other.references and key != alert.key)
    ]


def _standing(alert: Alert, ended: Standing | None, now: datetime) -> Standing:
    if alert.status is not Status.ACTUAL:
        return Standing.NOT_ACTUAL
    if alert.msg_type not in {MsgType.ALERT, MsgType.UPDATE}:
        return Standing.NOT_A_WARNING
    if ended is not None:
        return ended
    return Standing.EXPIRED if alert.expired(now) else Standing.IN_FORCE
