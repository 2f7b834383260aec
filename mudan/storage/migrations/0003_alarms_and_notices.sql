-- Notices that must reach somebody, and alarms as ISA-18.2 wants them: groups, inhibition, outages,
-- escalation chains, links between alarms, floods; what the rules carry from batch to batch.

-- notices -----------------------------------------------------------------------------------------

create table notice (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  noun text not null,
  subject text not null,
  mark text not null default '',
  level smallint check (level between 1 and 4),
  title jsonb not null,
  body jsonb not null,
  steps jsonb not null,
  fired int not null default 0,
  state text not null default 'open' check (state in ('open', 'acknowledged', 'cancelled', 'lapsed', 'delivered')),
  need_receipt boolean not null,
  due_at timestamptz,
  repeat_s double precision,
  next_at timestamptz,
  lapses_at timestamptz not null,
  created_at timestamptz not null,
  created_by text not null,
  ended_at timestamptz,
  ended_by text,
  ended_reason text not null default '',
  -- What has ended is never to fire again; the database itself holds this.
  check (state = 'open' or next_at is null)
);
create index notice_due on notice (next_at) where next_at is not null;
create index notice_lapsing on notice (lapses_at) where state = 'open';
create index notice_subject on notice (noun, subject);
create index notice_mark on notice (mark) where mark <> '';

create table notice_delivery (
  id uuid primary key,
  notice_id uuid not null references notice,
  space smallint not null references space,
  area_code text not null,
  department text,
  firing int not null,
  channel text not null check (channel in ('app', 'text', 'voice', 'broadcast', 'webhook')),
  target text not null,
  target_title jsonb not null,
  people uuid[] not null,
  addresses jsonb not null,
  wanted_at timestamptz not null,
  fired_at timestamptz not null,
  late boolean not null,
  state text not null check (state in ('shown', 'queued', 'sent', 'exercise', 'cancelled', 'nobody')),
  sent_at timestamptz,
  -- A notice of an exercise is never handed to a real channel.
  check (space = 0 or channel = 'app' or state in ('exercise', 'cancelled', 'nobody')),
  unique (notice_id, firing, channel)
);
create index notice_delivery_queue on notice_delivery (fired_at) where state = 'queued';
create index notice_delivery_people on notice_delivery using gin (people);

create table notice_receipt (
  notice_id uuid not null references notice,
  name text not null,
  person uuid,
  how text not null,
  note text not null default '',
  device_at timestamptz,
  received_at timestamptz not null,
  primary key (notice_id, name)
);

grant select, insert, update on notice, notice_delivery to mudan_centre;
grant select, insert on notice_receipt to mudan_centre;

alter table notice_delivery enable row level security;
create policy scope on notice_delivery using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text) and mudan_person() = any (people)));
alter table notice enable row level security;
create policy scope on notice using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text)
      and exists (select 1 from notice_delivery d where d.notice_id = notice.id and mudan_person() = any (d.people))));
alter table notice_receipt enable row level security;
create policy scope on notice_receipt using (mudan_system() or exists (select 1 from notice n where n.id = notice_id));

-- alarms ------------------------------------------------------------------------------------------

create table alarm_group (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  family text not null,
  first_alarm uuid not null,
  level smallint not null check (level between 1 and 4),
  opened_at timestamptz not null,
  last_at timestamptz not null,
  -- When what is new in the group is to be told; null when all has been told. `announced`: at which level.
  pending_at timestamptz,
  announced smallint,
  version int not null default 1
);
create index alarm_group_rolling on alarm_group (space, family, area_code, last_at desc);
create index alarm_group_pending on alarm_group (pending_at) where pending_at is not null;

alter table alarm
  add column group_id uuid references alarm_group,
  add column family text not null default 'other',
  add column rule_group text not null default '',
  add column suppressed_by uuid references alarm,
  add column annunciated_at timestamptz,
  add column realarms int not null default 0,
  add column acknowledged_position text,
  add column acknowledgement_expires_at timestamptz,
  add column chattering_at timestamptz,
  add column finding text check (finding in ('real', 'false', 'test')),
  add column correlated boolean not null default false;
update alarm set correlated = true, annunciated_at = raised_at;
create index alarm_members on alarm (group_id);
create index alarm_uncorrelated on alarm (raised_at) where not correlated;
create index alarm_inhibited on alarm (suppressed_by) where suppressed_by is not null;
create index alarm_expiring on alarm (acknowledgement_expires_at) where acknowledgement_expires_at is not null;
create index alarm_raised on alarm (raised_at);
create index alarm_history on alarm (entity, rule);
create index alarm_event_at on alarm_event (at) where kind in ('raised', 'raised_again', 'unshelve', 'uninhibited');

-- Out of service: while maintenance works on a device, one rule on one entity is silenced by two people.
create table alarm_outage (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  entity int not null references entity (key),
  rule text not null,
  reason text not null,
  work_order text not null,
  until timestamptz not null,
  state text not null check (state in ('asked', 'approved', 'refused', 'returned')),
  asked_at timestamptz not null,
  asked_by text not null,
  asked_person uuid,
  decided_at timestamptz,
  decided_by text,
  decided_note text not null default '',
  returned_at timestamptz,
  returned_by text,
  test_result text not null default '',
  version int not null default 1
);
create unique index alarm_outage_open on alarm_outage (entity, rule) where state in ('asked', 'approved');

-- What silences what, as data: `source` and `target` are matches, `equal` the labels that must be the same.
create table alarm_inhibition (
  name text primary key,
  title jsonb not null,
  source jsonb not null,
  target jsonb not null,
  equal text[] not null,
  enabled boolean not null default true,
  version int not null default 1,
  changed_at timestamptz not null default now(),
  changed_by text not null default 'system'
);
insert into alarm_inhibition (name, title, source, target, equal) values
  ('silent_device', '{"zh": "设备中断期间，同一设备的电量告警不再提示", "en": "A silent device: its supply alarms say nothing new"}',
   '{"rules": ["*silent", "*offline"]}', '{"rules": ["*battery*", "*voltage_low", "*device_fault"], "levels": [3, 4]}', '{entity}'),
  ('gateway_down', '{"zh": "网关中断期间，其下设备的中断告警不再提示", "en": "A gateway is down: silence of its devices is no news"}',
   '{"rules": ["*gateway*silent", "*gateway*offline", "*gateway*down"]}',
   '{"rules": ["*silent", "*offline"], "levels": [3, 4]}', '{gateway}'),
  ('power_cut', '{"zh": "馈线停电期间，同一馈线上设备的中断告警不再提示", "en": "A power cut: silence of devices on its feeder is no news"}',
   '{"rules": ["*substation_outage", "*feeder_outage", "*power_cut"]}',
   '{"rules": ["*silent", "*offline", "*main_power*"], "levels": [3, 4]}', '{feeder}');

-- Whom an unacknowledged alarm calls, level by level (示例, set by the duty officer).
create table alarm_chain (
  level smallint primary key check (level between 1 and 4),
  steps jsonb not null,
  repeat_s double precision,
  realarm_s double precision not null,
  realarms int not null,
  expires_s double precision,
  version int not null default 1,
  changed_at timestamptz not null default now(),
  changed_by text not null default 'system'
);
insert into alarm_chain (level, steps, repeat_s, realarm_s, realarms, expires_s) values
  (1, '[{"to": "position:dispatcher", "after_s": 0, "channels": ["app"], "otherwise": "role:dispatcher"},
        {"to": "position:duty_chief", "after_s": 60, "channels": ["app", "text"], "otherwise": "role:duty_officer"},
        {"to": "position:leader_on_duty", "after_s": 120, "channels": ["app", "voice"], "otherwise": "role:leader"},
        {"to": "role:leader", "after_s": 300, "channels": ["app", "voice"], "otherwise": ""}]', 300, 300, 12, 600),
  (2, '[{"to": "position:dispatcher", "after_s": 0, "channels": ["app"], "otherwise": "role:dispatcher"},
        {"to": "position:duty_chief", "after_s": 120, "channels": ["app", "text"], "otherwise": "role:duty_officer"},
        {"to": "position:leader_on_duty", "after_s": 300, "channels": ["app", "voice"], "otherwise": "role:leader"}]', 600, 600, 6, 1800),
  (3, '[{"to": "position:dispatcher", "after_s": 0, "channels": ["app"], "otherwise": "role:dispatcher"},
        {"to": "position:duty_chief", "after_s": 600, "channels": ["app"], "otherwise": "role:duty_officer"}]', null, 1800, 3, 7200),
  (4, '[{"to": "position:dispatcher", "after_s": 0, "channels": ["app"], "otherwise": "role:dispatcher"}]', null, 7200, 1, null);

-- Alarms that may be one matter: suggested with reasons, decided by a person, remembered.
create table alarm_link (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  alarm_id uuid not null references alarm,
  other_id uuid not null references alarm,
  score real not null,
  reasons jsonb not null,
  state text not null check (state in ('suggested', 'accepted', 'rejected')),
  suggested_at timestamptz not null,
  decided_at timestamptz,
  decided_by text,
  unique (alarm_id, other_id)
);
create index alarm_link_other on alarm_link (other_id);

-- Times in which more alarms came to the desks of an area than people can read.
create table alarm_flood (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  peak int not null,
  last_count int not null
);
create unique index alarm_flood_open on alarm_flood (space, area_code) where ended_at is null;

grant select, insert, update on alarm_group, alarm_outage, alarm_link, alarm_flood, alarm_inhibition, alarm_chain to mudan_centre;

alter table alarm_group enable row level security;
-- A group of the whole county is seen by whoever sees one of its alarms.
create policy scope on alarm_group using (
  mudan_sees(area_code, null, space) or exists (select 1 from alarm a where a.group_id = alarm_group.id));
alter table alarm_outage enable row level security;
create policy scope on alarm_outage using (mudan_sees(area_code, department, space));
alter table alarm_link enable row level security;
create policy scope on alarm_link using (mudan_sees(area_code, department, space));
alter table alarm_flood enable row level security;
create policy scope on alarm_flood using (mudan_sees(area_code, null, space));

-- rules -------------------------------------------------------------------------------------------

-- What a rule on an entity was about to do: since when its condition holds or releases, and which of its
-- leaves were true. Empty of what is at rest.
create table rule_memory (
  entity int not null references entity (key),
  rule text not null,
  since timestamptz,
  leaves boolean[] not null,
  primary key (entity, rule)
);
grant select, insert, update, delete on rule_memory to mudan_centre;
alter table rule_memory enable row level security;
create policy scope on rule_memory using (mudan_system());
