"""Does the live stream serve a thousand screens at once, on time, whatever the slow ones do? `mudan bench live`.

A fleet reports steadily; one screen first hears it alone (the baseline), then together with the crowd, a few
of which never read. Told: frames a second of each, gaps between frames, frame to screen of the measured one
beside its own figure alone, and how many of the slow were put out.
"""

import argparse
import json
import time
from typing import Any, Final

from mudan.run.bench import fleet
from mudan.run.bench.crew import Worker
from mudan.run.bench.crowd import crowd
from mudan.run.bench.meter import machine
from mudan.run.bench.rig import Rig, centre_with_fleet, county
from mudan.run.bench.stages import Bench, Steady

CONNECT_S: Final = 120.0
SETTLE_S: Final = 2.0


def measured(options: argparse.Namespace) -> dict[str, Any]:
    """Run it; `options`: devices, seconds, screens, slow."""
    with centre_with_fleet(county(options.devices)) as rig:
        bench = Bench(rig, 1)
        try:
            bench.connect()
            rate = Steady("one screen alone", options.devices * fleet.OBSERVED)
            alone = bench.steady(rate, options.seconds)
            people = _crowd(rig, options)
            try:
                up = people.ask("connect", timeout_s=CONNECT_S)
                time.sleep(SETTLE_S)
                people.ask("forget")
                together = bench.steady(Steady("with the crowd", rate.observations_per_s), options.seconds)
                heard = people.ask("seen", seconds=options.seconds)
            finally:
                people.stop()
        finally:
            bench.close()
    return {
        "machine": machine(),
        "settings": {name: getattr(options, name) for name in ("devices", "seconds", "screens", "slow")},
        "opened": up,
        "alone": alone,
        "together": together,
        "crowd": heard,
        "ratio_p99": round(together["screen_ms"]["p99"] / max(alone["screen_ms"]["p99"], 0.1), 2),
    }


def _crowd(rig: Rig, options: argparse.Namespace) -> Worker:
    wish = {
        "topic": "observations",
        "filter": {"types": ["Vehicle"]},
    }
    return Worker(crowd, rig.centre.http_port, rig.centre.sign_in(), options.screens, options.slow, wish)


def told(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    alone, together, heard = found["alone"], found["together"], found["crowd"]
    each, gaps, setting = heard["frames_per_s_each"], heard["gap_ms"], found["settings"]
    cpu = together["cpu_pct_of_all_cores"]
    who = (
        f"{setting['screens']} screens, {setting['slow']} of which never read; {setting['devices']} vehicles"
    )
    slow = f"slow put out {heard['slow_evicted']} of {heard['slow']}; readers told of losses {heard['lost']}"
    lates = f"{_ms('alone', alone)}; {_ms('with the crowd', together)}; p99 ratio {found['ratio_p99']}"
    used = f"{cpu['centre']:.0f}+{cpu['postgresql']:.0f} % of all cores; RSS peak {together['peak_rss_mb']:.0f} MB"
    frames = each["median"] * heard["screens"]
    spent = cpu["centre"] / 100 * found["machine"]["cores"] / max(frames, 1) * 1e6
    lines = (
        f"mudan bench live · {found['machine']['cpu']}, {found['machine']['cores']} cores",
        f"  {who} that report every second; {setting['seconds']} s",
        f"  opened {found['opened']}; still open {heard['open']} of {heard['screens']} that read; {slow}",
        f"  frames a second each: least {each['least']}, median {each['median']}, most {each['most']}",
        f"  gap between frames ms: p50 {gaps['p50']}, p95 {gaps['p95']}, p99 {gaps['p99']}, max {gaps['max']}",
        f"  frame to screen ms: {lates}",
        f"  CPU centre+PG {used}; {spent:.0f} us of the centre for a frame of a screen",
        f"  the host kept {cpu['stolen']:.0f} % away; load average {together['load_average']}",
    )
    return "\n".join(lines)


def _ms(name: str, stage: dict[str, Any]) -> str:
    return f"{name} p50 {stage['screen_ms']['p50']:.0f} p99 {stage['screen_ms']['p99']:.0f}"


def run(options: argparse.Namespace) -> int:
    """Measure and print; 1 when a screen that reads was lost or a slow one stayed."""
    found = measured(options)
    print(json.dumps(found, ensure_ascii=False) if options.json else told(found))
    heard = found["crowd"]
    return 0 if heard["open"] == heard["screens"] and heard["slow_evicted"] == heard["slow"] else 1
