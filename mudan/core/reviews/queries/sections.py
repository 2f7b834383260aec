"""Which rows does each section of a report hold? One statement a section; each reads what its noun recorded.

Values: `incidents` and `responses` are the ids that the review is of; `drill` is the exercise's id or null;
`space` its data space, `whole` whether all of that is reviewed; `began`, `ended`
the time it took; `now`; `key` what the origins of its agreed actions begin with.
"""

from collections.abc import Mapping
from typing import Final

# Whom a directive is for, by name where it is a department.
_OWNER: Final = (
    "coalesce((select name_zh from department where code = d.to_department), d.to_role, d.to_group)"
)
# What the plan asked for, and what was ordered besides: of each, when it was due, issued, received and done.
# A response's things have an origin `response:<id>/…`: the id begins at its tenth character.
_DEVIATIONS: Final = """
select s.title_zh, s.title_en, s.kind, s.level, coalesce(d.number, '') as number, coalesce(nullif(s.who_zh, ''),
  {owner}) as who, coalesce(d.due_at, s.due_at) as due_at, case when s.state in ('waiting', 'failed') then null
  else coalesce(d.issued_at, s.issued_at) end as issued_at, coalesce(d.received_at, n.received_at,
  c.received_at) as received_at, coalesce(d.submitted_at, n.received_at, c.ended_at, w.sent_at, o.opened_at,
  k.begun_at) as submitted_at, d.ended_at, coalesce(case when s.state in ('waived', 'failed') then s.state end,
  d.state, s.state) as state, coalesce(nullif(d.end_reason, ''), s.note) as reason, s.issued_at as ordered_at
from response_issue s
left join directive d on s.noun = 'directives' and d.id::text = s.ref
left join lateral (select min(x.received_at) as received_at from notice_receipt x where s.noun = 'notices' and
  x.notice_id::text = s.ref) n on true
left join lateral (select r.ended_at, min(x.answered_at) as received_at from call_run r left join call_step x on
  x.run_id = r.id where s.noun = 'calls' and r.id::text = s.ref group by r.id) c on true
left join warning w on s.noun = 'warnings' and w.id::text = s.ref
left join post o on s.noun = 'posts' and o.id::text = s.ref
left join road_closure k on s.noun = 'roads' and k.id::text = s.ref
where s.response_id = any(%(responses)s::uuid[])
union all select d.title, d.title, 'directive', '', d.number, {owner}, d.due_at, d.issued_at, d.received_at,
  d.submitted_at, d.ended_at, d.state, d.end_reason, d.created_at
from directive d
where d.incident_id = any(%(incidents)s::uuid[]) and d.source <> 'review' and not exists (select 1 from
  response_issue s where s.noun = 'directives' and s.ref = d.id::text and s.response_id =
  any(%(responses)s::uuid[]))
order by ordered_at, number
"""

# A notice belongs to what it is about: its subject is, begins or ends with the id of one of these.
_NOTICES: Final = """
with about as (select unnest(%(incidents)s::uuid[])::text as id union select unnest(%(responses)s::uuid[])::text
  union select x.id::text from call_step x join call_run r on r.id = x.run_id where r.incident_id =
  any(%(incidents)s::uuid[]) union select id::text from report where incident_id = any(%(incidents)s::uuid[])
  union select id::text from directive where source <> 'review' and incident_id = any(%(incidents)s::uuid[])
  union select id::text from task where incident_id = any(%(incidents)s::uuid[]) union select a.group_id::text
  from alarm a join incident_alarm l on l.alarm_id = a.id where l.incident_id = any(%(incidents)s::uuid[]) and
  a.group_id is not null) select n.title->>'zh' as title_zh, n.title->>'en' as title_en, n.noun, n.created_at,
  n.need_receipt, n.state, n.due_at, (select string_agg(distinct d.channel, ', ') from notice_delivery d where
  d.notice_id = n.id) as channels, (select count(*)::int from notice_delivery d where d.notice_id = n.id and
  d.state in ('shown', 'sent', 'exercise')) as given, (select count(*)::int from notice_delivery d where
  d.notice_id = n.id and d.state = 'nobody') as nobody, (select count(*)::int from notice_receipt x where
  x.notice_id = n.id) as receipts, (select min(x.received_at) from notice_receipt x where x.notice_id = n.id) as
  received_at
from notice n
where left(n.subject, 36) in (select id from about) or right(n.subject, 36) in (select id from about) or
  (%(whole)s and n.space = %(space)s)
order by n.created_at
"""

# What was done about an inject: of what it set off by itself, and the first act of a person after it.
_INJECTS: Final = """
select i.at_s, i.kind, i.title_zh, i.title_en, i.state, i.done_at, i.done_s, i.done_by, i.result, a.raised_at,
  a.acknowledged_at, coalesce(a.number, r.number) as incident, k.ended_at as opened_at, (select count(*)::int
  from notice n join notice_receipt x on x.notice_id = n.id where n.noun = 'drills' and n.subject = i.id::text)
  as receipts, f.at as first_at, f.text_zh as first_zh, f.text_en as first_en
from drill_inject i
join drill d on d.id = i.drill_id
left join lateral (select a.raised_at, a.acknowledged_at, c.number from alarm a join entity e on e.key =
  a.entity left join incident_alarm l on l.alarm_id = a.id left join incident c on c.id = l.incident_id where
  i.kind = 'observation' and i.state = 'done' and a.space = d.space and e.urn = i.payload->>'entity' and
  a.quantity = i.payload->>'quantity' and a.raised_at >= i.done_at - interval '1 second' order by a.raised_at
  limit 1) a on true
left join lateral (select c.number from call_report p join incident c on c.id = p.incident_id where i.kind =
  'call' and i.state = 'done' and p.space = d.space and p.recorded_at >= i.done_at order by p.recorded_at limit
  1) r on true
left join road_closure k on i.kind = 'closure' and k.space = d.space and k.source_ref = 'drill:' || i.id
left join lateral (select v.at, v.text_zh, v.text_en from incident_event v join incident c on c.id =
  v.incident_id where i.state = 'done' and c.space = d.space and v.source in ('operator', 'field') and v.at >=
  i.done_at order by v.at, v.seq limit 1) f on true
where i.drill_id = %(drill)s::uuid
order by i.at_s, i.position
"""

_PLAIN: Final[Mapping[str, str]] = {
    "objectives": """
select o.n::int as objective, o.words->>'zh' as text_zh, o.words->>'en' as text_en, j.verdict, j.note, j.by,
  j.at
from drill d
cross join lateral jsonb_array_elements(coalesce(d.script->'objectives', '[]')) with ordinality o(words, n)
left join lateral (select * from review_judgement j where j.drill_id = d.id and j.objective = o.n order by j.at
  desc limit 1) j on true
where d.id = %(drill)s::uuid
order by o.n
""",
    "injects": _INJECTS,
    "incidents": """
select i.id, i.number, i.title, i.level, i.phase, i.opened_at, i.closed_at, i.disposition, i.address
from incident i
where i.id = any(%(incidents)s::uuid[])
order by i.opened_at, i.number
""",
    "timeline": """
select v.at, i.number as incident, v.source, v.actor, v.kind, v.text_zh, v.text_en
from incident_event v
join incident i on i.id = v.incident_id
where v.incident_id = any(%(incidents)s::uuid[])
union all select v.at, '', 'operator', v.actor, v.kind, r.title_zh || '：' || v.text_zh, r.title_en || ': ' ||
  v.text_en
from response_event v
join response r on r.id = v.response_id
where r.id = any(%(responses)s::uuid[])
order by at
""",
    "alarms": """
select a.id, a.rule, a.level, a.raised_at, a.acknowledged_at, a.cleared_at
from alarm a
join incident_alarm l on l.alarm_id = a.id
where l.incident_id = any(%(incidents)s::uuid[])
order by a.raised_at
""",
    "tasks": """
select t.id, i.number as incident, u.code as unit, u.name_zh as unit_zh, u.name_en as unit_en, t.state,
  i.opened_at as incident_at, (t.stamps->>'offered')::timestamptz as offered_at,
  (t.stamps->>'accepted')::timestamptz as accepted_at, (t.stamps->>'en_route')::timestamptz as en_route_at,
  (t.stamps->>'on_scene')::timestamptz as on_scene_at, t.ended_at
from task t
join unit u on u.id = t.unit_id
join incident i on i.id = t.incident_id
where t.incident_id = any(%(incidents)s::uuid[])
order by t.created_at
""",
    "deviations": _DEVIATIONS,
    "decisions": """
select d.at, i.number as incident, u.code as unit, u.name_zh as unit_zh, u.name_en as unit_en, d.method, d.rank,
  d.eta_s, b.name_zh as best_zh, b.name_en as best_en, d.best_eta_s, d.reason, d.by,
  (t.stamps->>'on_scene')::timestamptz as on_scene_at
from dispatch_decision d
join task t on t.id = d.task_id
join unit u on u.id = d.unit_id
join incident i on i.id = d.incident_id
left join unit b on b.id = d.best_unit_id
where d.incident_id = any(%(incidents)s::uuid[])
order by d.at
""",
    "calls": """
select r.title, r.started_at, r.ended_at, r.state, count(s.id)::int as steps, count(s.id) filter (where s.state
  = 'answered')::int as answered, count(s.id) filter (where s.state = 'unreached')::int as unreached,
  max(s.answered_at) as last_at, string_agg(s.name, '、' order by s.name) filter (where s.state = 'unreached') as
  missing
from call_run r
left join call_step s on s.run_id = r.id
where r.incident_id = any(%(incidents)s::uuid[]) or substr(r.origin, 10, 36) =
  any(%(responses)s::uuid[]::text[]) or (%(whole)s and r.space = %(space)s)
group by r.id
order by r.started_at
""",
    "notices": _NOTICES,
    "warnings": """
select w.content->'headline'->>'zh' as title_zh, coalesce(nullif(w.content->'headline'->>'en', ''),
  w.content->'headline'->>'zh') as title_en, w.level, w.msg_type, w.state, w.sent_at, v.channel,
  count(v.id)::int as wanted, count(v.id) filter (where v.state = 'delivered')::int as delivered, count(v.id)
  filter (where v.state in ('failed', 'dropped'))::int as failed, max(v.delivered_at) as delivered_at
from warning w
left join warning_delivery v on v.warning_id = w.id
where w.incident_id = any(%(incidents)s::uuid[]) or substr(w.origin, 10, 36) =
  any(%(responses)s::uuid[]::text[]) or (%(whole)s and w.space = %(space)s)
group by w.id, v.channel
order by w.created_at, v.channel
""",
    "closures": """
select c.reason, c.source, c.confidence, c.starts_at, c.ends_at, c.ended_at, c.geometry
from road_closure c
where c.space = %(space)s and c.starts_at <= %(ended)s and coalesce(c.ended_at, c.ends_at, %(now)s) >= %(began)s
order by c.starts_at
""",
    "actions": """
select d.number, d.title, d.state, d.due_at, d.issued_at, d.received_at, d.submitted_at, d.ended_at,
  d.end_reason, {owner} as owner
from directive d
where d.source = 'review' and (d.incident_id = any(%(incidents)s::uuid[]) or starts_with(d.origin, %(key)s))
order by d.created_at, d.number
""",
}
SECTIONS: Final = {name: text.replace("{owner}", _OWNER).strip() for name, text in _PLAIN.items()}
