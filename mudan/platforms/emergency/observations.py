"""Which readings does a packet or a document of warnings yield, and how is one told to integrators?"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from mudan.connect.platform import Decoded
from mudan.core.observations.model import Quality, Reading
from mudan.core.warnings.model.cap import Alert, MsgType, Status
from mudan.core.warnings.model.china import (
    Colour,
    colour_of_severity,
    division_prefix,
    event_code_of,
    known_code,
)
from mudan.core.warnings.model.china_xml import colour_in
from mudan.platforms.emergency.codec import application_of, described, described_application, packets_of
from mudan.platforms.emergency.codec.packet import START
from mudan.platforms.emergency.codec.warnings import document_of, told
from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.messages import Application, Item, Packet, Part, area_urn
from mudan.platforms.emergency.model.quantities import KINDS, PLAUSIBLE, QUANTITIES, hazard_of
from mudan.platforms.emergency.model.readings import PLAIN, Change, Warned

XML_STARTS: Final = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe", b"\xfe\xff", b"\x3c\x00", b"\x00\x3c")

# State bit → quantity, for systems and components; a component's power fault shares the main power's bit.
SYSTEM_FLAGS: Final = {
    "fire_alarm": words.FIRE,
    "device_fault": words.FAULT,
    "shielded": words.SHIELDED,
    "supervised": words.SUPERVISED,
    "started": words.STARTED,
    "feedback": words.FEEDBACK,
    "power_fault": words.MAIN_POWER,
    "standby_power_fault": words.STANDBY_POWER,
    "bus_fault": words.BUS_FAULT,
    "manual_mode": words.MANUAL,
}
COMPONENT_FLAGS: Final = {name: bit for name, bit in SYSTEM_FLAGS.items() if bit & words.COMPONENT_BITS}
DEVICE_FLAGS: Final = {
    "fire_alarm": 2,
    "device_fault": 4,
    "power_fault": 8,
    "standby_power_fault": 16,
    "channel_fault": 32,
    "bus_fault": 64,
}


def decode(frame: bytes) -> tuple[Decoded, ...]:
    """Packets, one application data unit, or a document of warnings. Raises DecodeError and nothing else."""
    if frame.lstrip()[:4].startswith(XML_STARTS):
        document = document_of(frame)
        found = [one for alert in document.content.alerts for one in warning_readings(alert)]
        return (Decoded(told(document), tuple(found)),)
    if not frame.startswith(START) and frame[:1] and frame[0] in words.UP_TYPES | words.DOWN_TYPES:
        application = application_of(frame)
        return (Decoded({"kind": "application", **described_application(application)}),)
    return tuple(Decoded(described(packet), tuple(readings(packet))) for packet in packets_of(frame))


def changes(packet: Packet, *, trust_test_bit: bool = False) -> Iterator[Change]:
    """What a packet says of each part. `trust_test_bit`: a part whose bit 0 is not set is under test.

    Many makers leave bit 0 at 0 in a real fire, so it is not believed unless the device's settings say so.
    """
    application = packet.application
    if application is None or application.vendor or application.type not in words.UP_TYPES:
        return
    if packet.command not in {words.Command.SEND, words.Command.ANSWER}:
        return
    for item in application.items:
        change = _change(packet, application, item, trust_test_bit=trust_test_bit)
        if change is not None:
            yield change


def readings(packet: Packet) -> Iterator[Reading]:
    """The readings of a packet, each on its own part; times that are none are taken from the packet."""
    units = {quantity.name: quantity.unit for quantity in QUANTITIES}
    for change in changes(packet):
        at = change.at or packet.time.at
        if at is None:
            continue
        for name, value in change.values.items():
            if not value and name in SYSTEM_FLAGS | DEVICE_FLAGS and name not in PLAIN:
                continue  # one packet alone does not tell what has just ended; the connector does
            yield Reading(change.part.urn, name, value, units[name], at.astimezone(UTC), change.quality)


def _change(packet: Packet, application: Application, item: Item, *, trust_test_bit: bool) -> Change | None:
    device, at = packet.device, None if item.time is None else item.time.at
    kind, state = application.type, item.state or 0
    quality = Quality.DOUBTFUL if item.doubtful else Quality.GOOD
    if kind in {words.SYSTEM_STATE, words.COMPONENT_STATE} and trust_test_bit and not state & words.NORMAL:
        quality |= Quality.TEST
    match kind:
        case words.SYSTEM_STATE:
            cleared = bool(state & words.RESET)
            return Change(_part(device, item), _flags(state, SYSTEM_FLAGS), at, quality, cleared)
        case words.COMPONENT_STATE:
            return Change(_part(device, item), _flags(state, COMPONENT_FLAGS), at, quality)
        case words.ANALOGUE:
            return _analogue(_part(device, item), item, at, quality)
        case words.DEVICE_STATE:
            return Change(Part(device), _flags(state, DEVICE_FLAGS), at, quality)
        case words.OPERATION | words.DEVICE_OPERATION:
            return _operated(device, kind, item, at, quality)
        case words.DEVICE_TIME | words.SYSTEM_TIME if item.time and item.time.at and packet.time.at:
            offset_s = (item.time.at - packet.time.at).total_seconds()
            return Change(Part(device), {"clock_offset": offset_s}, packet.time.at, quality)
        case _:
            return None


def _part(device: str, item: Item) -> Part:
    return Part(device, (item.system_type or 0, item.system_addr or 0), item.component_addr)


def _flags(state: int, flags: dict[str, int]) -> dict[str, float]:
    return {name: float(bool(state & bit)) for name, bit in flags.items()}


def _analogue(part: Part, item: Item, at: datetime | None, quality: Quality) -> Change | None:
    known = KINDS.get(item.kind or 0)
    if known is None or item.value is None:
        return None
    value = round(item.value * known.step * known.factor, 9)
    low, high = PLAUSIBLE[known.quantity]
    if (low is not None and value < low) or (high is not None and value > high):
        quality |= Quality.DOUBTFUL
    return Change(part, {known.quantity: value}, at, quality)


def _operated(device: str, kind: int, item: Item, at: datetime | None, quality: Quality) -> Change | None:
    part = Part(device) if kind == words.DEVICE_OPERATION else _part(device, item)
    state = item.state or 0
    values: dict[str, float] = {"fire_alarm": 1.0} if state & words.MANUAL_ALARM else {}
    cleared = bool(state & (words.RESET_OPERATION | words.ALARM_CLEARED)) and not values
    if cleared:
        values = {"fire_alarm": 0.0}
    if kind == words.DEVICE_OPERATION and state & words.ANSWERED:
        values["post_check_missed"] = 0.0
    return Change(part, values, at, quality, cleared) if values else None


def warned(alert: Alert) -> tuple[Warned, ...]:
    """What a message warns of. A cancellation and a message that is not Actual rank 0 or are marked TEST."""
    found: dict[str, Warned] = {}
    quality = Quality.GOOD if alert.status in {Status.ACTUAL, None} else Quality.TEST
    for info in alert.infos:
        code = next((value.value for value in info.event_codes if known_code(value.value)), "")
        code = code or event_code_of(f"{info.event} {info.headline}")
        colour = colour_in(info) or colour_of_severity(info.severity)
        doubt = quality | (Quality.GOOD if colour else Quality.DOUBTFUL)
        rank = 5 - (colour or Colour.BLUE)
        codes = {value.value for area in info.areas for value in area.geocodes if value.value.isdigit()}
        hazard = hazard_of(code)
        one = Warned(hazard, rank, tuple(sorted(codes)), doubt)
        before = found.get(hazard)
        if before is not None:
            one = one._replace(
                rank=max(rank, before.rank),
                codes=tuple(sorted({*codes, *before.codes})),
                quality=before.quality & doubt,
            )
        found[hazard] = one
    if alert.msg_type is MsgType.CANCEL:
        return tuple(one._replace(rank=0) for one in found.values())
    return tuple(found.values()) if alert.msg_type in {MsgType.ALERT, MsgType.UPDATE} else ()


def warning_readings(alert: Alert) -> Iterator[Reading]:
    """The readings of one message alone, for the divisions it names; the connector minds the whole chain."""
    if alert.sent is None:
        return
    for one in warned(alert):
        for code in one.codes:
            place = division_prefix(code).ljust(6, "0")
            at = alert.sent.astimezone(UTC)
            yield Reading(area_urn(place), f"warning_{one.hazard}", float(one.rank), "1", at, one.quality)
