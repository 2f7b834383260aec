-- How alarms are grouped and compared, as data that people set; and the alarms that belong to an open incident.

-- One row. As delivered (version 1) every figure is an example (示例); the words of the fields are in
-- core/alarms/model/tuning.py, which checks them. `auto_link`: rules (with *) whose alarms join an open incident by
-- themselves from that score on. Empty: nothing is linked without a person.
create table alarm_tuning (
  one boolean primary key default true check (one),
  settings jsonb not null,
  version int not null default 1,
  changed_at timestamptz not null default now(),
  changed_by text not null default 'system'
);
insert into alarm_tuning (settings) values ('{}');
grant select, update on alarm_tuning to mudan_centre;

-- When an alarm was last compared with the open incidents: again after it has called anew.
alter table alarm add column child_checked_at timestamptz;
update alarm set child_checked_at = now();

-- An alarm that may belong to an open incident. While `quiet` the alarm is suppressed by design and calls nobody:
-- until somebody says no, until nobody has answered by `calls_at`, or until the incident ends.
create table incident_child (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  incident_id uuid not null references incident,
  alarm_id uuid not null references alarm,
  score real not null,
  reasons jsonb not null,
  state text not null check (state in ('offered', 'linked', 'accepted', 'rejected', 'undone', 'lapsed')),
  quiet boolean not null,
  offered_at timestamptz not null,
  calls_at timestamptz,
  decided_at timestamptz,
  decided_by text,
  note text not null default '',
  unique (incident_id, alarm_id)
);
create index incident_child_alarm on incident_child (alarm_id);
create index incident_child_waiting on incident_child (calls_at) where state = 'offered';
create index incident_child_quiet on incident_child (incident_id) where quiet;
grant select, insert, update on incident_child to mudan_centre;
alter table incident_child enable row level security;
create policy scope on incident_child using (mudan_sees(area_code, department, space));
