"""Where is it really? The place of an open incident is given or corrected, with the reason, and what it was stays."""

from datetime import datetime
from uuid import UUID

from mudan.core.incidents.actions.log import change, held_open, log, reasoned
from mudan.core.incidents.model import Incident
from mudan.core.people.model import Actor
from mudan.primitives.errors import Invalid
from mudan.primitives.geo import Point
from mudan.primitives.text import Text
from mudan.storage.pool import Connection


async def set_place(
    connection: Connection,
    incident_id: UUID,
    place: Point,
    address: str,
    version: int,
    reason: str,
    actor: Actor,
    now: datetime,
) -> Incident:
    """Give or correct the place (WGS-84) of an open incident. Raises Conflict and Invalid."""
    incident = await held_open(connection, incident_id, version)
    reason, address = reasoned(reason, "a change of the place"), address.strip()
    if (incident.lon, incident.lat, incident.address) == (place.lon, place.lat, address):
        raise Invalid("that is its place already", field="lon")
    changed = await change(connection, incident_id, lon=place.lon, lat=place.lat, address=address)
    before, after = _said(incident), _said(changed)
    text = Text(
        f"地点更正为 {after}（原 {before}）：{reason}", f"place set to {after} (was {before}): {reason}"
    )
    await log(
        connection, incident.id, "place", text, source="operator", actor=actor.name, now=now,
        detail={
            "from": {"lon": incident.lon, "lat": incident.lat, "address": incident.address},
            "to": {"lon": place.lon, "lat": place.lat, "address": address},
        },
    )  # fmt: skip
    return changed


def _said(incident: Incident) -> str:
    if incident.lon is None or incident.lat is None:
        return incident.address or "–"
    return f"{incident.address} {incident.lat:.5f},{incident.lon:.5f}".strip()
