-- The base: people, entities, units, frames, commands, observations, alarms, incidents, tasks.
-- Run by the owner role. The centre's role (mudan_centre) owns nothing; what it may do is granted here.

-- Whether the present scope sees a row of that area, department and data space. Fails closed: without
-- settings nothing is seen. An empty area is the whole county and beyond (the centre itself).
create function mudan_sees(area_code text, department text, space smallint) returns boolean
  language sql stable parallel safe
  return coalesce(
    current_setting('mudan.space', true) in ('*', space::text)
    and starts_with(area_code, current_setting('mudan.area', true))
    and (current_setting('mudan.departments', true) = '*'
         or department is null
         or department = any (string_to_array(current_setting('mudan.departments', true), ','))),
    false);

-- Whether the present work is the centre's own, which sees everything.
create function mudan_system() returns boolean
  language sql stable parallel safe
  return coalesce(current_setting('mudan.area', true) = '' and current_setting('mudan.departments', true) = '*'
                  and current_setting('mudan.space', true) = '*', false);

create function mudan_person() returns uuid
  language sql stable parallel safe
  return nullif(current_setting('mudan.person', true), '')::uuid;

-- Data spaces: 0 is reality, every other one a named exercise.
create table space (
  id smallint primary key,
  name text not null unique,
  created_at timestamptz not null default now()
);
insert into space (id, name) values (0, 'real');

create table area (
  code text primary key,
  name_zh text not null,
  name_en text not null,
  level text not null check (level in ('county', 'town', 'village', 'grid'))
);

-- people ------------------------------------------------------------------------------------------

create table department (
  code text primary key,
  name_zh text not null,
  name_en text not null,
  area_code text not null
);

create table person (
  id uuid primary key,
  login text not null unique check (login = lower(login)),
  name text not null,
  password_hash text not null,
  role text not null,
  department text references department,
  area_code text not null,
  locale text not null default 'zh' check (locale in ('zh', 'en')),
  disabled boolean not null default false,
  failures int not null default 0,
  locked_until timestamptz,
  password_changed_at timestamptz not null default now(),
  last_seen_at timestamptz,
  created_at timestamptz not null default now()
);

create table session (
  token_hash bytea primary key,
  csrf_hash bytea not null,
  person_id uuid not null references person on delete cascade,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  address text not null,
  agent text not null
);
create index session_person on session (person_id);

create table sign_in_failure (
  source text primary key,
  failures int not null,
  locked_until timestamptz,
  last_at timestamptz not null
);

-- The hash chain: hash = sha256(previous hash || canonical JSON text of the record).
create table audit (
  seq bigint primary key,
  at timestamptz not null,
  actor text not null,
  actor_id uuid,
  action text not null,
  object text not null,
  detail jsonb not null,
  space smallint not null,
  record text not null,
  previous bytea not null,
  hash bytea not null
);

create function audit_append(
  at timestamptz, actor text, actor_id uuid, action text, object text, detail jsonb, space smallint
) returns bigint
  language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
  last record;
  next_seq bigint;
  text_record text;
begin
  perform pg_advisory_xact_lock(hashtext('mudan.audit'));
  select a.seq, a.hash into last from public.audit a order by a.seq desc limit 1;
  next_seq := coalesce(last.seq, 0) + 1;
  text_record := jsonb_build_object(
    'seq', next_seq, 'at', to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', actor, 'actor_id', actor_id, 'action', action, 'object', object, 'detail', detail,
    'space', space)::text;
  insert into public.audit values (
    next_seq, at, actor, actor_id, action, object, detail, space, text_record,
    coalesce(last.hash, '\x'::bytea),
    sha256(coalesce(last.hash, '\x'::bytea) || convert_to(text_record, 'UTF8')));
  return next_seq;
end $$;

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit trail is append-only';
end $$;
create trigger audit_append_only before update or delete or truncate on audit
  for each statement execute function audit_refuse();

-- entities ----------------------------------------------------------------------------------------

create table entity (
  key int generated always as identity primary key,
  space smallint not null default 0 references space,
  urn text not null,
  type text not null,
  platform text not null,
  device text,
  name_zh text not null,
  name_en text not null,
  area_code text not null,
  department text references department,
  place jsonb,
  lon double precision,
  lat double precision,
  properties jsonb not null default '{}',
  created_at timestamptz not null default now(),
  modified_at timestamptz not null default now(),
  unique (space, urn)
);
create unique index entity_device on entity (space, platform, device) where device is not null;
create index entity_type on entity (type);

create table map_layer (
  name text primary key,
  title_zh text not null,
  title_en text not null,
  schematic boolean not null,
  credit text not null,
  position int not null,
  features jsonb not null
);

-- units -------------------------------------------------------------------------------------------

create table unit (
  id uuid primary key,
  space smallint not null default 0 references space,
  code text not null,
  name_zh text not null,
  name_en text not null,
  kind text not null,
  capabilities text[] not null,
  crew_count int not null,
  home_lon double precision not null,
  home_lat double precision not null,
  area_code text not null,
  department text references department,
  vehicle int references entity (key),
  administrative text not null default 'on_duty'
    check (administrative in ('on_duty', 'off_duty', 'out_of_service')),
  out_reason text not null default '',
  out_until timestamptz,
  version int not null default 1,
  unique (space, code)
);
create index unit_vehicle on unit (vehicle);

create table unit_member (
  unit_id uuid not null references unit on delete cascade,
  person_id uuid not null references person on delete cascade,
  primary key (unit_id, person_id)
);

-- frames ------------------------------------------------------------------------------------------

create table frame_bad (
  id bigint generated always as identity primary key,
  received_at timestamptz not null,
  space smallint not null default 0,
  platform text not null,
  peer text not null,
  device text not null,
  entity int,
  verdict text not null,
  reason text not null,
  fault_offset int not null,
  clause text not null,
  raw bytea not null
);
create index frame_bad_platform on frame_bad (platform, id desc);

-- A sequence of its own: before PostgreSQL 17 partitions cannot share an identity column.
create sequence frame_good_id;
create table frame_good (
  id bigint not null default nextval('frame_good_id'),
  received_at timestamptz not null,
  space smallint not null default 0,
  platform text not null,
  peer text not null,
  device text not null,
  entity int,
  raw bytea not null
) partition by range (received_at);
create table frame_good_default partition of frame_good default;
create index frame_good_platform on frame_good (platform, id desc);

-- observations ------------------------------------------------------------------------------------

create table quantity (
  id smallint generated always as identity primary key,
  name text not null unique,
  unit text not null,
  title_zh text not null,
  title_en text not null,
  decimals smallint not null
);

-- Narrow rows in daily partitions. The unique key (entity, quantity, observed time) keeps repeats out and
-- is the one index of the hot partition. Widest columns first, so that no byte is lost to alignment.
create table observation (
  observed_at timestamptz not null,
  received_at timestamptz not null,
  value double precision not null,
  entity int not null,
  quantity smallint not null,
  space smallint not null,
  quality smallint not null,
  unique (entity, quantity, observed_at)
) partition by range (observed_at);
create table observation_default partition of observation default;

create table observation_latest (
  entity int not null,
  quantity smallint not null,
  space smallint not null,
  quality smallint not null,
  observed_at timestamptz not null,
  received_at timestamptz not null,
  value double precision not null,
  primary key (entity, quantity)
) with (fillfactor = 70);

-- Makes the partitions of the days around now and gives the centre the right to write into them. Rows that
-- a bad clock put into the default partition move into their day when that is made.
create function make_partitions(first_day date, days int) returns setof text
  language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
  d date;
  part text;
  parent text;
begin
  for d in select first_day + n from generate_series(0, days - 1) n loop
    foreach parent in array array['observation', 'frame_good'] loop
      part := parent || '_' || to_char(d, 'YYYYMMDD');
      if to_regclass('public.' || part) is not null then continue; end if;
      execute format('create table public.%I (like public.%I including defaults including storage)',
                     part, parent);
      if parent = 'observation' then
        execute format('alter table public.%I add unique (entity, quantity, observed_at)', part);
        execute format(
          'with moved as (delete from public.observation_default where observed_at >= %L and observed_at < %L'
          ' returning *) insert into public.%I select * from moved',
          d::timestamp at time zone 'UTC', (d + 1)::timestamp at time zone 'UTC', part);
      end if;
      execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)',
                     parent, part, d::timestamp at time zone 'UTC', (d + 1)::timestamp at time zone 'UTC');
      execute format('grant insert on public.%I to mudan_centre', part);
      return next part;
    end loop;
  end loop;
end $$;

-- Drops the good-frame partitions that end before a day.
create function drop_good_frames(before_day date) returns setof text
  language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
  part text;
begin
  for part in
    select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.frame_good'::regclass
      and c.relname < 'frame_good_' || to_char(before_day, 'YYYYMMDD')
  loop
    execute format('drop table public.%I', part);
    return next part;
  end loop;
end $$;

-- commands ----------------------------------------------------------------------------------------

create table command (
  id uuid primary key,
  space smallint not null default 0 references space,
  platform text not null,
  entity int not null references entity (key),
  area_code text not null,
  department text,
  kind text not null,
  payload jsonb not null,
  state text not null check (state in ('queued', 'sent', 'delivered', 'failed', 'expired')),
  attempts int not null default 0,
  reason text not null default '',
  detail jsonb not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  sent_at timestamptz,
  delivered_at timestamptz
);
create index command_open on command (platform) where state in ('queued', 'sent');
create index command_entity on command (entity, created_at desc);

-- alarms ------------------------------------------------------------------------------------------

create table alarm (
  id uuid primary key,
  space smallint not null references space,
  rule text not null,
  platform text not null,
  entity int not null references entity (key),
  area_code text not null,
  department text,
  level smallint not null check (level between 1 and 4),
  active boolean not null,
  acknowledged boolean not null,
  latched boolean not null default false,
  suppression text not null default 'none'
    check (suppression in ('none', 'shelved_timed', 'shelved_oneshot', 'by_design', 'out_of_service')),
  suppressed_until timestamptz,
  suppressed_reason text not null default '',
  quantity text not null,
  value double precision,
  limit_value double precision,
  unit text not null,
  words jsonb not null,
  life_safety boolean not null,
  example boolean not null,
  raised_at timestamptz not null,
  last_at timestamptz not null,
  cleared_at timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  owner uuid,
  count int not null default 1,
  version int not null default 1
);
-- A standing alarm is never raised again: one open row for a rule and an entity.
create unique index alarm_open on alarm (entity, rule) where active or latched or not acknowledged;
create index alarm_order on alarm (acknowledged, level, raised_at desc);

create table alarm_event (
  id bigint generated always as identity primary key,
  alarm_id uuid not null references alarm,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  detail jsonb not null default '{}'
);
create index alarm_event_alarm on alarm_event (alarm_id, id);

-- incidents ---------------------------------------------------------------------------------------

create table incident (
  id uuid primary key,
  space smallint not null references space,
  number text not null,
  title text not null,
  kind text not null,
  level smallint not null check (level between 1 and 4),
  phase text not null,
  lon double precision,
  lat double precision,
  address text not null default '',
  area_code text not null,
  department text,
  commander text not null default '',
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  disposition text,
  summary text not null default '',
  version int not null default 1,
  unique (space, number)
);
create index incident_phase on incident (phase, opened_at desc);

create table incident_alarm (
  incident_id uuid not null references incident,
  alarm_id uuid not null references alarm unique,
  linked_at timestamptz not null,
  linked_by text not null,
  primary key (incident_id, alarm_id)
);

create table incident_event (
  seq bigint generated always as identity primary key,
  incident_id uuid not null references incident,
  at timestamptz not null,
  recorded_at timestamptz not null,
  source text not null check (source in ('system', 'operator', 'field', 'device')),
  actor text not null,
  kind text not null,
  text_zh text not null,
  text_en text not null,
  detail jsonb not null default '{}'
);
create index incident_event_incident on incident_event (incident_id, seq);

create table incident_number (
  space smallint not null,
  day date not null,
  last int not null,
  primary key (space, day)
);

-- tasks -------------------------------------------------------------------------------------------

create table task (
  id uuid primary key,
  space smallint not null references space,
  incident_id uuid not null references incident,
  unit_id uuid not null references unit,
  area_code text not null,
  department text,
  state text not null,
  order_text text not null,
  command_id uuid references command,
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  stamps jsonb not null default '{}',
  decline_reason text not null default '',
  proposal jsonb,
  version int not null default 1
);
create index task_incident on task (incident_id);
create index task_command on task (command_id);
create unique index task_open on task (incident_id, unit_id) where ended_at is null;
create index task_unit_open on task (unit_id) where ended_at is null;

create table task_event (
  id bigint generated always as identity primary key,
  task_id uuid not null references task,
  client_id uuid not null unique,
  event text not null,
  from_state text not null,
  to_state text not null,
  device_at timestamptz not null,
  recorded_at timestamptz not null,
  lon double precision,
  lat double precision,
  accuracy_m double precision,
  source text not null,
  actor text not null,
  note text not null default ''
);
create index task_event_task on task_event (task_id, id);

create table photo (
  id uuid primary key,
  task_id uuid not null references task,
  taken_at timestamptz not null,
  received_at timestamptz not null,
  lon double precision,
  lat double precision,
  width int not null,
  height int not null,
  jpeg bytea not null
);
create index photo_task on photo (task_id);

-- What a task tells of its incident and of its order's receipt, to whoever may see the task: a crew sees
-- its own order without seeing the incident or the vehicle's commands.
create function task_incident(task_id uuid)
  returns table (number text, title text, level smallint, lon float8, lat float8, address text)
  language sql stable security definer set search_path = pg_catalog, public
as $$
  select i.number, i.title, i.level, i.lon, i.lat, i.address
  from public.incident i join public.task t on t.incident_id = i.id where t.id = task_id
$$;

create function task_receipt(task_id uuid)
  returns table (state text, reason text, sent_at timestamptz, delivered_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public
as $$
  select c.state, c.reason, c.sent_at, c.delivered_at
  from public.command c join public.task t on t.command_id = c.id where t.id = task_id
$$;

-- what the centre may do -----------------------------------------------------------------------------

grant usage on schema public to mudan_centre;
grant select on space, area, department, map_layer, quantity to mudan_centre;
grant insert on space, area, department, map_layer, quantity to mudan_centre;
grant update on area, department, map_layer, quantity to mudan_centre;
grant select, insert, update on person, sign_in_failure, incident_number to mudan_centre;
grant select, insert, update, delete on session, unit_member to mudan_centre;
grant delete on sign_in_failure to mudan_centre;
grant select on audit to mudan_centre;
revoke all on function
  audit_append(timestamptz, text, uuid, text, text, jsonb, smallint),
  make_partitions(date, int), drop_good_frames(date) from public;
grant execute on function
  audit_append(timestamptz, text, uuid, text, text, jsonb, smallint),
  make_partitions(date, int), drop_good_frames(date) to mudan_centre;
grant select, insert, update on entity, unit, command, alarm, incident, task to mudan_centre;
grant select, insert on alarm_event, incident_alarm, incident_event, task_event, photo to mudan_centre;
grant select, insert on frame_bad, frame_good to mudan_centre;
grant usage on sequence frame_good_id to mudan_centre;
grant select on observation to mudan_centre;
grant insert on observation, observation_default, frame_good_default to mudan_centre;
grant select, insert, update on observation_latest to mudan_centre;

-- the second wall: row-level security --------------------------------------------------------------

alter table entity enable row level security;
create policy scope on entity using (mudan_sees(area_code, department, space));
alter table unit enable row level security;
create policy scope on unit using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text)
      and exists (select 1 from unit_member m where m.unit_id = id and m.person_id = mudan_person())));
alter table command enable row level security;
create policy scope on command using (mudan_sees(area_code, department, space));
alter table alarm enable row level security;
create policy scope on alarm using (mudan_sees(area_code, department, space));
alter table incident enable row level security;
create policy scope on incident using (mudan_sees(area_code, department, space));
alter table task enable row level security;
create policy scope on task using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text)
      and exists (select 1 from unit_member m where m.unit_id = task.unit_id and m.person_id = mudan_person())));
alter table alarm_event enable row level security;
create policy scope on alarm_event using (mudan_system() or exists (select 1 from alarm a where a.id = alarm_id));
alter table incident_alarm enable row level security;
create policy scope on incident_alarm using (mudan_system() or exists (select 1 from incident i where i.id = incident_id));
alter table incident_event enable row level security;
create policy scope on incident_event using (mudan_system() or exists (select 1 from incident i where i.id = incident_id));
alter table task_event enable row level security;
create policy scope on task_event using (mudan_system() or exists (select 1 from task t where t.id = task_id));
alter table photo enable row level security;
create policy scope on photo using (mudan_system() or exists (select 1 from task t where t.id = task_id));
alter table observation enable row level security;
create policy scope on observation using (mudan_system() or entity in (select e.key from entity e));
alter table observation_latest enable row level security;
create policy scope on observation_latest using (mudan_system() or entity in (select e.key from entity e));
alter table frame_bad enable row level security;
create policy scope on frame_bad using (
  mudan_system() or current_setting('mudan.space', true) in ('*', space::text)
  and (entity is null and current_setting('mudan.departments', true) = '*'
       or entity in (select e.key from entity e)));
alter table frame_good enable row level security;
create policy scope on frame_good using (
  mudan_system() or current_setting('mudan.space', true) in ('*', space::text)
  and (entity is null and current_setting('mudan.departments', true) = '*'
       or entity in (select e.key from entity e)));
