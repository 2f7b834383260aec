"""Which warnings does a document hold? Plain messages, Atom, RSS 2.0 and EDXL-DE wrappers, national ones."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from mudan.core.warnings.model.cap import NAMESPACES, Alert
from mudan.core.warnings.model.cap_read import Examined, examined, examined_element
from mudan.core.warnings.model.china_xml import AMP, national_element
from mudan.core.warnings.model.findings import Finding
from mudan.primitives.errors import DecodeError
from mudan.primitives.xml_door import children, local, namespace, opened, path_of, text_of

ATOM: Final = "http://www.w3.org/2005/Atom"
EDXL_DE: Final = "urn:oasis:names:tc:emergency:EDXL:DE:1.0"
CAP_TYPE: Final = "application/cap+xml"
MOST_MEMBERS: Final = 500
# What an EDXL-DE wrapper must say, in this order (schema of DE 1.0).
_DE_HEAD: Final = (
    "distributionID",
    "senderID",
    "dateTimeSent",
    "distributionStatus",
    "distributionType",
    "combinedConfidentiality",
)


@dataclass(frozen=True, slots=True)
class Link:
    """Where one warning is to be fetched; `entry` names it in its feed and changes when it is changed."""

    address: str
    entry: str
    updated: str = ""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """What a document holds. `kind` is alert, national, atom, rss or edxl; `status` the wrapper's own."""

    kind: str
    members: tuple[Examined, ...] = ()
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()
    status: str = ""
    entries: int = 0

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The messages that have a name."""
        found = (member.alert for member in self.members)
        return tuple(alert for alert in found if alert is not None and alert.key is not None)


def unwrapped(data: bytes) -> Unwrapped:
    """The warnings of a document. Raises DecodeError when it is none of the known kinds."""
    root = opened(data)
    name, space = local(root), namespace(root)
    if name == "alert" and space in NAMESPACES:
        return Unwrapped("alert", (examined_element(root),), entries=1)
    if name == "alert" and space == AMP:
        return Unwrapped("national", (national_element(root),), entries=1)
    if name == "feed" and space == ATOM:
        return _feed("atom", root, [child for child in children(root) if local(child) == "entry"])
    if name == "rss":
        return _feed("rss", root, [item for item in root.iter() if local(item) == "item"])
    if name == "EDXLDistribution":
        return _distribution(root)
    raise DecodeError(f"'{name}' of '{space[:80]}' is no warning", clause="NOT_CAP")


def _feed(kind: str, root: etree._Element, entries: list[etree._Element]) -> Unwrapped:
    members: list[Examined] = []
    links: list[Link] = []
    findings: list[Finding] = []
    for entry in entries[:MOST_MEMBERS]:
        within = list(_alerts(entry))
        members += within
        link = None if within else _link(entry)
        if link is not None:
            links.append(link)
        needed = ("id", "title", "updated") if kind == "atom" else ("title",)
        present = {local(child) for child in children(entry)}
        findings += [
            Finding("MISSING_REQUIRED_ELEMENT", path_of(entry, root), name)
            for name in needed
            if name not in present
        ]
    return Unwrapped(kind, tuple(members), tuple(links), tuple(findings), entries=len(entries))


def _alerts(element: etree._Element) -> Iterator[Examined]:
    for child in element.iter():
        if local(child) == "alert" and namespace(child) in NAMESPACES:
            yield examined_element(child)
        elif local(child) == "alert" and namespace(child) == AMP:
            yield national_element(child)


def _link(entry: etree._Element) -> Link | None:
    """The CAP document of an entry: the link that says so, else the entry's own when it speaks CAP."""
    texts = {local(child): text_of(child).strip() for child in children(entry)}
    name = texts.get("id") or texts.get("guid") or ""
    updated = texts.get("updated") or texts.get("pubDate") or ""
    speaks_cap = any(namespace(child) in NAMESPACES for child in children(entry))
    plain = ""
    for child in children(entry):
        address = child.get("href") or child.get("url") or text_of(child).strip()
        if local(child) not in {"link", "enclosure", "content"} or not address:
            continue
        if child.get("type") == CAP_TYPE:
            return Link(child.get("src") or address, name or address, updated)
        if local(child) == "link" and child.get("rel", "alternate") == "alternate" and not child.get("type"):
            plain = plain or address
    is_rss = local(entry) == "item"
    if plain and (speaks_cap or is_rss):
        return Link(plain, name or plain, updated)
    return None


def _distribution(root: etree._Element) -> Unwrapped:
    members = []
    for wrapped in root.iter():
        if local(wrapped) == "embeddedXMLContent":
            members += list(_alerts(wrapped))
        elif local(wrapped) == "nonXMLContent":
            found = _enclosed(wrapped)
            members += [found] if found else []
    texts = {local(child): text_of(child).strip() for child in children(root)}
    return Unwrapped(
        "edxl",
        tuple(members[:MOST_MEMBERS]),
        findings=tuple(_head(root, texts)),
        status=texts.get("distributionStatus", ""),
        entries=len(members),
    )


def _enclosed(element: etree._Element) -> Examined | None:
    texts = {local(child): text_of(child).strip() for child in children(element)}
    if texts.get("mimeType") != CAP_TYPE:
        return None
    try:
        return examined(base64.b64decode("".join(texts.get("contentData", "").split()), validate=True))
    except (binascii.Error, ValueError):
        return None


def _head(root: etree._Element, texts: dict[str, str]) -> Iterator[Finding]:
    if namespace(root) != EDXL_DE:
        yield Finding("UNSUPPORTED_ELEMENT", path_of(root, root), namespace(root)[:80])
    for name in _DE_HEAD:
        if not texts.get(name):
            yield Finding("MISSING_REQUIRED_ELEMENT", path_of(root, root), name)
    present = [local(child) for child in children(root) if local(child) in _DE_HEAD]
    if present != [name for name in _DE_HEAD if name in present]:
        yield Finding("INVALID_SEQUENCE", path_of(root, root), " ".join(present))
