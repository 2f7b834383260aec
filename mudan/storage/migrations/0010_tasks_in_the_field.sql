-- Tasks that hold in the field: orders reserved for later, reports laid in the order in which they happened,
-- the next unit when one does not come, calls for help, cries for rescue, safety checks of crews in danger.

alter table task add column starts_at timestamptz;
alter table task add column successor jsonb;
create index task_planned on task (starts_at) where state = 'planned';

-- `at`: when it happened as far as the device is believed; `barred`: it came too late to count, and never will.
alter table task_event add column at timestamptz;
update task_event set at = case
  when device_at > recorded_at - interval '2 days' and device_at <= recorded_at + interval '5 minutes' then device_at
  else recorded_at end;
alter table task_event alter column at set not null;
alter table task_event add column reason text not null default '';
alter table task_event add column barred boolean not null default false;

-- How long an offer waits, and whether the next unit is asked unasked; what is not here is as shipped (示例).
create table offer_policy (
  space smallint not null references space,
  level smallint not null check (level between 1 and 4),
  life_s int not null check (life_s between 15 and 3600),
  auto_next boolean not null,
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (space, level)
);

create table help_call (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  task_id uuid not null references task,
  incident_id uuid not null references incident,
  unit_id uuid not null references unit,
  kinds text[] not null,
  count int not null check (count between 1 and 99),
  note text not null default '',
  asked_by text not null,
  device_at timestamptz not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  lon double precision,
  lat double precision,
  accuracy_m double precision,
  state text not null default 'open' check (state in ('open', 'answered', 'withdrawn')),
  answer text not null default '',
  answered_by text not null default '',
  answered_at timestamptz
);
create index help_call_task on help_call (task_id);
create index help_call_open on help_call (incident_id) where state = 'open';

create table panic (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  person_id uuid not null references person,
  person_name text not null,
  unit_id uuid references unit,
  task_id uuid references task,
  incident_id uuid references incident,
  device_at timestamptz not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  late boolean not null,
  lon double precision,
  lat double precision,
  accuracy_m double precision,
  note text not null default '',
  alarm_id uuid references alarm,
  state text not null default 'active' check (state in ('active', 'cancelled', 'ended')),
  ended_by text not null default '',
  ended_at timestamptz,
  end_reason text not null default '',
  version int not null default 1
);
create index panic_active on panic (space) where state = 'active';

create table par (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  task_id uuid not null references task,
  incident_id uuid not null references incident,
  unit_id uuid not null references unit,
  every_s int not null,
  grace_s int not null,
  reason text not null,
  started_by text not null,
  started_at timestamptz not null,
  next_at timestamptz not null,
  asked_at timestamptz,
  due_at timestamptz,
  missed int not null default 0,
  alarm_id uuid references alarm,
  state text not null default 'running' check (state in ('running', 'ended')),
  ended_by text not null default '',
  ended_at timestamptz,
  end_reason text not null default '',
  version int not null default 1
);
create unique index par_running on par (task_id) where state = 'running';

create table par_event (
  id bigint generated always as identity primary key,
  par_id uuid not null references par,
  client_id uuid unique,
  kind text not null check (kind in ('started', 'asked', 'answered', 'missed', 'ended')),
  at timestamptz not null,
  device_at timestamptz,
  recorded_at timestamptz not null,
  late boolean not null default false,
  actor text not null,
  headcount int,
  note text not null default '',
  lon double precision,
  lat double precision
);
create index par_event_par on par_event (par_id, id);

-- Every crew that reaches the scene of such an incident is checked, without being asked for one by one.
create table incident_par (
  incident_id uuid primary key references incident,
  every_s int not null,
  grace_s int not null,
  reason text not null,
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz
);

-- units: shift, rest, least crew, and since when they are what they are -----------------------------

alter table unit add column min_crew int not null default 1 check (min_crew >= 0);
alter table unit add column shift_ends_at timestamptz;
alter table unit add column rest_until timestamptz;
alter table unit add column administrative_at timestamptz;
create index unit_out_until on unit (out_until) where administrative = 'out_of_service';

-- As before, with the time since when each task is in its state, and when a reserved one begins.
drop function unit_tasks(uuid);
create function unit_tasks(unit_id uuid)
  returns table (id uuid, incident_id uuid, incident_number text, state text, since timestamptz, starts_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public
as $$
  select t.id, t.incident_id, i.number, t.state,
    coalesce((t.stamps ->> t.state)::timestamptz, t.created_at), t.starts_at
  from public.task t join public.incident i on i.id = t.incident_id
  where t.unit_id = unit_tasks.unit_id and t.ended_at is null order by t.created_at
$$;

-- what the centre may do, and the second wall ------------------------------------------------------

grant select, insert, update on offer_policy, help_call, panic, par, incident_par to mudan_centre;
grant select, insert on par_event to mudan_centre;

alter table offer_policy enable row level security;
create policy scope on offer_policy using (current_setting('mudan.space', true) in ('*', space::text));
alter table help_call enable row level security;
create policy scope on help_call using (mudan_system() or exists (select 1 from task t where t.id = task_id));
alter table panic enable row level security;
create policy scope on panic using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text) and person_id = mudan_person()));
alter table par enable row level security;
create policy scope on par using (mudan_system() or exists (select 1 from task t where t.id = task_id));
alter table par_event enable row level security;
create policy scope on par_event using (mudan_system() or exists (select 1 from par p where p.id = par_id));
alter table incident_par enable row level security;
create policy scope on incident_par using (mudan_system() or exists (select 1 from incident i where i.id = incident_id));
