"""How do bytes and packets of GB/T 26875.3 become each other? Pure; raises DecodeError and nothing else."""

from mudan.platforms.emergency.codec.application import application_of, packed_items
from mudan.platforms.emergency.codec.describe import described, described_application
from mudan.platforms.emergency.codec.packet import checksum, packed, packet_of, packets_of

__all__ = [
    "application_of",
    "checksum",
    "described",
    "described_application",
    "packed",
    "packed_items",
    "packet_of",
    "packets_of",
]
