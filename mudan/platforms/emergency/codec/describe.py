"""How is a packet told to integrators: fields by name, numbers with their words?"""

from typing import Any

from mudan.platforms.emergency.model import words
from mudan.platforms.emergency.model.messages import Application, Item, Packet, loop_and_number
from mudan.platforms.emergency.model.quantities import KINDS


def described(packet: Packet) -> dict[str, Any]:
    """One packet as plain data."""
    told: dict[str, Any] = {
        "kind": "gb26875",
        "serial": packet.serial,
        "version": packet.main_version | packet.user_version << 8,
        "version_main": packet.main_version,
        "version_user": packet.user_version,
        "time": packet.time.told,
        "time_wire": packet.time.raw.hex(),
        "src": packet.source,
        "dst": packet.target,
        "src_wire": packet.source.to_bytes(6, "little").hex(),
        "dst_wire": packet.target.to_bytes(6, "little").hex(),
        "app_len": len(packet.body),
        "cmd": packet.command,
        "cmd_name": words.COMMAND_NAMES.get(packet.command, "custom"),
        "checksum": packet.checksum,
    }
    if packet.application is not None:
        told["app"] = described_application(packet.application)
    return told


def described_application(application: Application) -> dict[str, Any]:
    """One application data unit as plain data."""
    told: dict[str, Any] = {"type": application.type, "count": application.count}
    told["name"] = words.TYPE_NAMES.get(application.type, "vendor")
    if application.fault:
        return told | {"error": application.fault, "raw": application.raw.hex()}
    if application.vendor:
        return told | {"raw": application.raw.hex()}
    return told | {"objects": [_item(application.type, item) for item in application.items]}


def _item(kind: int, item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if item.system_type is not None:
        told |= {"system_type": item.system_type, "system_addr": item.system_addr}
        told["system"] = words.named(words.SYSTEMS, item.system_type).zh
    if item.component_type is not None:
        told["component_type"] = item.component_type
        told["component"] = words.named(words.COMPONENTS, item.component_type).zh
    if item.component_addr is not None:
        told |= {"component_addr": item.component_addr, "loop_number": loop_and_number(item.component_addr)}
    told |= _state(kind, item)
    if item.kind is not None and item.value is not None:
        told |= _analogue(item.kind, item.value)
    for name, value in (
        ("version", item.version),
        ("description", item.text),
        ("records", item.records),
        ("minutes", item.minutes),
    ):
        if value is not None:
            told[name] = value
    if item.time is not None:
        told |= {"time": item.time.told, "time_wire": item.time.raw.hex()}
    return told


def _state(kind: int, item: Item) -> dict[str, Any]:
    if item.state is None:
        return {}
    if kind in {words.OPERATION, words.DEVICE_OPERATION}:
        names = words.OPERATION_BITS if kind == words.OPERATION else words.DEVICE_OPERATION_BITS
        told = {"operation": item.state, "operator": item.operator}
        return told | {"operations": words.bits(item.state, names)}
    names = words.DEVICE_BITS if kind == words.DEVICE_STATE else words.STATE_BITS
    return {"state": item.state, "states": words.bits(item.state, names)}


def _analogue(kind: int, value: int) -> dict[str, Any]:
    told: dict[str, Any] = {"analog_type": kind, "analog_raw": value}
    known = KINDS.get(kind)
    if known is not None:
        told |= {"quantity": known.quantity, "value": round(value * known.step, 6), "unit": known.unit}
    return told
