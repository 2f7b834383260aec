"""How are the figures told? As a table for people, or as one JSON object."""

from typing import Any


def table(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    stored = found["stored"]
    missing = f"acknowledged but missing: {stored['missing_observations']}"
    lines = [*_head(found), "", _columns(), *(_stage(one) for one in found["stages"])]
    if "baseline" in found:
        copied = found["baseline"]
        rate = f"{copied['rows_per_s']:.0f} rows/s (load average {copied['load_average']})"
        lines += ["", f"  plain COPY of {copied['rows']} identical rows: {rate}"]
        lines += [
            f"    {name}: {ratio:.2f} of plain COPY" for name, ratio in found["ratio_to_baseline"].items()
        ]
    counts = f"acknowledged {stored['acknowledged_positions']} positions, stored {stored['stored_positions']}"
    return "\n".join([*lines, "", f"  {counts}; {missing}; rows in all {stored['stored_observations']}"])


def _head(found: dict[str, Any]) -> list[str]:
    machine, setting = found["machine"], found["settings"]
    server = setting["postgresql"]
    memory = f"{machine['cores']} cores, {machine['memory_mb']} MB"
    durable = f"fsync {server['fsync']}, synchronous_commit {server['synchronous_commit']}"
    kept = f"good frames kept {setting['keep_good_frames_hours']} h"
    each = f"{setting['observations_per_position']} observations of each position"
    return [
        f"mudan bench ingest · {machine['cpu']}, {memory}, {machine['kernel']}, Python {machine['python']}",
        f"  {setting['vehicles']} vehicles, connected and authenticated; {setting['seconds']} s a stage; {each}",
        f"  rules on; one screen hears all; PostgreSQL {server['server_version']}: {durable}; {kept}",
    ]


def _columns() -> str:
    return (
        f"  {'stage':<32}{'obs/s':>9}  {'commit ms p50/p95/p99':>22}  {'screen ms p50/p95/p99':>22}"
        f"  {'CPU centre+PG':>16}  {'load':>5}  {'RSS peak':>8}  {'load avg':>8}"
    )


def _stage(one: dict[str, Any]) -> str:
    cpu = one["cpu_pct_of_all_cores"]
    used = f"{cpu['centre']:.0f}+{cpu['postgresql']:.0f}={cpu['both']:.0f} %"
    return (
        f"  {one['name']:<32}{one['observations_per_s']:>9.0f}  {_ms(one['commit_ms']):>22}"
        f"  {_ms(one.get('screen_ms', {})):>22}  {used:>16}  {cpu['load']:>3.0f} %  {one['peak_rss_mb']:>5.0f} MB"
        f"  {one['load_average']:>8}"
    )


def _ms(quantiles: dict[str, float]) -> str:
    return " / ".join(f"{quantiles[name]:.0f}" for name in ("p50", "p95", "p99")) if quantiles else "—"
