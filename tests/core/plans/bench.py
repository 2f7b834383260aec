"""What is the smallest plan that can be approved? One river, two levels."""

from datetime import date
from typing import Final

from mudan.core.plans.model.lint import Facts
from mudan.core.plans.model.reading import plan_of
from mudan.core.plans.model.types import Plan

TODAY: Final = date(2026, 11, 23)
FACTS: Final = Facts(today=TODAY)

SMALL: Final = """\
format: 1
plan: small-flood
edition: test 1
hazard: flood
title: {zh: 小预案, en: Small plan}
summary: {zh: 测试, en: For tests}
scope: county
incident_kinds: [flood]
example: true
issued_by: {zh: 测试, en: Test}
valid_from: 2026-01-01
review_by: 2027-01-01
roles:
  chief: {title: {zh: 指挥, en: Chief}, filled_by: {role: leader}}
  duty: {title: {zh: 值班, en: Duty}, filled_by: {role: duty_officer}}
call_trees:
  chain: [{who: {role: duty}, wait: 5min, channels: [voice]}]
conditions:
  high:
    says: {zh: 超过限值, en: Over the limit}
    reading: level
    of: {type: HydrometricStation}
    op: ">="
    limit: {property: warning_level_m}
    hysteresis: 0.2
    hold: 10min
    fresh: 2h
  breach: {says: {zh: 决口, en: Breach}, manual: true}
levels:
  - key: IV
    level: IV
    title: {zh: 四级, en: Level IV}
    when: high
    commander: duty
    approver: duty
    end_by: duty
    units:
      - capability: swift_water
        count: 1
        by: 60min
        place: {says: {zh: 河边, en: River}, lon: 115.48, lat: 35.24}
    tasks:
      - {id: watch, who: {department: water}, text: {zh: 巡查, en: Patrol}, deadline: 30min, every: 2h}
      - {id: tell, who: {role: duty}, text: {zh: 报告, en: Report}, deadline: 10min, after: [watch]}
    notify:
      - id: call
        who: {role: chief}
        text: {zh: 告知, en: Tell}
        channels: [app]
        need_receipt: true
        within: 5min
        fallback: chain
    reports: [{to: city, kind: first, phone_within: 30min, example: true}]
  - key: I
    level: I
    title: {zh: 一级, en: Level I}
    when: {all: [breach, {not: {not: breach}}]}
    commander: chief
    approver: chief
    end_by: chief
    tasks: [{id: leave, who: {towns: true}, text: {zh: 撤离, en: Leave}, deadline: 20min, after: [tell]}]
deescalate: {when: {not: high}, hold: 30min, decided_by: duty}
closeout: {when: {all: [{not: high}, {not: breach}]}, hold: 1h}
examples:
  - says: {zh: 低, en: Low}
    things: {S: {type: HydrometricStation, properties: {warning_level_m: 10}}}
    moments: [{at: 0s, readings: {S: {level: 8}}}, {at: 50min, readings: {S: {level: 8}}}]
    until: 70min
    advises: end
  - says: {zh: 高, en: High}
    things: {S: {type: HydrometricStation, properties: {warning_level_m: 10}}}
    moments: [{at: 0s, readings: {S: {level: 11}}}]
    until: 15min
    expect: [IV]
  - says: {zh: 决口, en: Breach}
    moments: [{at: 0s, states: [breach]}]
    expect: [I]
"""


def small(*changes: tuple[str, str]) -> str:
    """The small plan's text with parts of it exchanged; each must be there."""
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def small_plan(*changes: tuple[str, str]) -> Plan:
    """The small plan, read."""
    return plan_of(small(*changes))
