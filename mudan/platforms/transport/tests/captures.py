"""Where are the captured frames, and how do the words of other libraries map to ours?"""

import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[4]


def rows_of(name: str) -> list[dict[str, Any]]:
    """The rows of a capture file; fails, naming MUDAN_CAPTURES, where the folder is missing."""
    folder = Path(os.environ.get("MUDAN_CAPTURES", ROOT / "../shared/frames"))
    path = folder / name
    if not path.is_file():
        pytest.fail(f"no {name} in {folder}: set MUDAN_CAPTURES to the folder of captured frames")
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]


# What jt808-server calls a field (a message id in front where one word means two things) and we do.
NAMES: Final[dict[str, str]] = {
    "serialNo": "serial", "clientId": "phone", "protocolVersion": "protocol_version", "token": "code",
    "deviceType": "type", "makerId": "maker", "deviceModel": "model", "deviceId": "terminal_id",
    "hardwareVersion": "hardware", "firmwareVersion": "firmware", "gnssAttribute": "gnss",
    "networkAttribute": "network", "responseSerialNo": "answered_serial", "resultCode": "result",
    "answerId": "answer", "0303.action": "wanted", "cardStatus": "card_result", "name": "driver",
    "dateTime": "time", "licenseNo": "licence", "institution": "issuer", "licenseValidPeriod": "valid_until",
    "idCard": "id_number", "total": "count", "0705.items.id": "can_id", "0800.id": "media_id",
    "channelId": "channel", "0802.items.id": "media_id", "location": "position", "0805.id": "media_ids",
    "companyName": "company", "productModel": "model", "userCode": "user_code", "items.deviceId": "device_id",
    "sequenceNo": "number", "fileTotal": "attachments", "platformAlarmId": "alarm_number",
    "8003.id": "packages_missing", "8800.id": "packages_missing", "mediaId": "media_id", "parameter": "text",
    "8106.id": "ids", "8608.id": "ids", "interval": "interval_s", "validityPeriod": "valid_s",
    "8203.responseSerialNo": "alarm_serial", "8203.type": "mask", "sign": "flags", "content": "text",
    "options": "answers", "0303.type": "type", "8400.type": "listen", "phoneNumber": "phone_number",
    "8500.type": "flags", "attribute": "attributes", "radius": "radius_m", "startTime": "start", "endTime": "end",
    "maxSpeed": "max_speed_kmh", "duration": "over_s", "nightMaxSpeed": "night_max_speed_kmh",
    "8600.items.name": "area_name", "8602.items.name": "area_name", "8604.name": "area_name",
    "8606.name": "area_name", "latitudeUL": "top_left_latitude", "longitudeUL": "top_left_longitude",
    "latitudeLR": "bottom_right_latitude", "longitudeLR": "bottom_right_longitude", "8805.id": "media_id",
    "9212.name": "file", "9212.items": "gaps", "audioFormat": "audio_codec", "audioChannels": "audio_channels",
    "audioSamplingRate": "sample_rate", "audioBitDepth": "sample_bits", "audioFrameLength": "audio_frame_bytes",
    "audioSupport": "audio_output", "videoFormat": "video_codec", "maxAudioChannels": "max_audio_channels",
    "maxVideoChannels": "max_video_channels", "getOnCount": "on", "getOffCount": "off", "ip": "host",
    "tcpPort": "tcp_port", "udpPort": "udp_port", "channelNo": "channel", "mediaType": "media",
    "streamType": "stream", "storageType": "storage", "playbackMode": "mode", "playbackSpeed": "speed",
    "9101.mediaType": "data", "packetLossRate": "loss_percent", "username": "user", "9301.param1": "direction",
    "9301.param2": "speed", "9302.param": "direction", "9303.param": "direction", "9306.param": "direction",
    "9304.param": "on", "9305.param": "on", "warnBit": "alarm", "statusBit": "status", "deviceTime": "time",
    "speed": "speed_kmh", "responseMessageId": "answered_id", "8401.type": "action", "8301.type": "action",
    "provinceId": "province", "cityId": "city", "plateNo": "plate", "plateColor": "plate_colour",
    "closeType": "close", "playbackTime": "seek", "fileName": "file", "fileSize": "size",
    "8003.responseSerialNo": "first_serial", "0005.responseSerialNo": "first_serial",
}  # fmt: skip
MICRO: Final = re.compile(r"(latitude|longitude)$")


def our_name(msg_id: str, path: tuple[str, ...], theirs: str) -> str:
    """Our name of a field of theirs: the most special entry of the table wins."""
    nested = ".".join((*path, theirs))
    for key in (f"{msg_id}.{nested}", f"{msg_id}.{theirs}", nested, ".".join((*path[-1:], theirs)), theirs):
        if key in NAMES:
            return NAMES[key]
    return theirs


def agree(name: str, theirs: object, ours: object) -> bool:
    """Whether two ways of writing one value mean the same."""
    if isinstance(theirs, int) and isinstance(ours, str):
        return int(ours, 16) == theirs & (1 << 4 * len(ours)) - 1
    if isinstance(theirs, int) and isinstance(ours, bool):
        return theirs == int(ours)
    if isinstance(theirs, int) and isinstance(ours, float):
        scale = 1e6 if MICRO.search(name) else 10
        return round(ours * scale) == theirs
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return all(agree(name, *pair) for pair in zip(theirs, ours, strict=True))
    if isinstance(theirs, list) and isinstance(ours, str):
        return bytes(each & 0xFF for each in theirs).hex() == ours
    if isinstance(theirs, str) and isinstance(ours, str):
        plain = [re.sub(r"[-:T.]|\+08:00$", "", each) for each in (theirs, ours)]
        return theirs == ours or plain[0] in (plain[1], plain[1][2:]) or plain[0][2:] == plain[1]
    return theirs == ours
