-- Plans and their versions, what people state, and what each plan says now.

-- Whether the present scope may read a plan: everybody within its area, and those above; in an exercise the
-- plans of reality as well, for they are what is exercised.
create function mudan_sees_plan(area_code text, space smallint) returns boolean
  language sql stable parallel safe
  return coalesce(
    (space = 0 or current_setting('mudan.space', true) in ('*', space::text))
    and (starts_with(area_code, current_setting('mudan.area', true))
         or starts_with(current_setting('mudan.area', true), area_code)),
    false);

create table plan (
  id uuid primary key,
  space smallint not null references space,
  slug text not null,
  area_code text not null,
  department text references department,
  created_at timestamptz not null,
  created_by text not null,
  unique (space, slug)
);

-- `revision` guards against two editors at once; `editors` may not approve what they wrote.
create table plan_version (
  id uuid primary key,
  plan_id uuid not null references plan,
  number int not null,
  state text not null check (state in ('draft', 'checked', 'approved', 'retired')),
  text text not null,
  hash text not null,
  note text not null default '',
  editors uuid[] not null default '{}',
  author text not null,
  created_at timestamptz not null,
  saved_at timestamptz not null,
  checked_at timestamptz,
  checked_by text,
  approved_at timestamptz,
  approved_by text,
  retired_at timestamptz,
  retired_by text,
  revision int not null default 1,
  unique (plan_id, number)
);
create unique index plan_version_approved on plan_version (plan_id) where state = 'approved';
create unique index plan_version_open on plan_version (plan_id) where state in ('draft', 'checked');

create table plan_version_event (
  id bigint generated always as identity primary key,
  version_id uuid not null references plan_version,
  at timestamptz not null,
  actor text not null,
  kind text not null,
  from_state text not null,
  to_state text not null,
  reason text not null default ''
);
create index plan_version_event_version on plan_version_event (version_id, id);

-- What people state for a condition that only people can see; withdrawn, never deleted.
create table plan_statement (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  slug text not null,
  name text not null,
  incident_id uuid references incident,
  note text not null default '',
  stated_at timestamptz not null,
  stated_by text not null,
  withdrawn_at timestamptz,
  withdrawn_by text
);
create unique index plan_statement_standing
  on plan_statement (space, slug, name, coalesce(incident_id, '00000000-0000-0000-0000-000000000000'))
  where withdrawn_at is null;

-- What a plan says now of the county (no incident) or of one incident; `memories` carry hold and hysteresis
-- over a restart.
create table plan_watch (
  space smallint not null references space,
  plan_id uuid not null references plan,
  incident_id uuid references incident,
  area_code text not null,
  department text references department,
  version_id uuid not null references plan_version,
  advised text,
  advised_since timestamptz,
  memories jsonb not null,
  advice jsonb not null,
  asked_at timestamptz not null
);
create unique index plan_watch_one
  on plan_watch (space, plan_id, coalesce(incident_id, '00000000-0000-0000-0000-000000000000'));

grant select, insert, update on plan, plan_version, plan_statement to mudan_centre;
grant select, insert on plan_version_event to mudan_centre;
grant select, insert, update, delete on plan_watch to mudan_centre;

alter table plan enable row level security;
create policy reading on plan for select using (mudan_sees_plan(area_code, space));
create policy making on plan for insert with check (mudan_sees(area_code, department, space));
create policy changing on plan for update using (mudan_sees(area_code, department, space));

alter table plan_version enable row level security;
create policy reading on plan_version for select
  using (mudan_system() or exists (select 1 from plan p where p.id = plan_id));
create policy making on plan_version for insert with check (mudan_system() or exists (
  select 1 from plan p where p.id = plan_id and mudan_sees(p.area_code, p.department, p.space)));
create policy changing on plan_version for update using (mudan_system() or exists (
  select 1 from plan p where p.id = plan_id and mudan_sees(p.area_code, p.department, p.space)));

alter table plan_version_event enable row level security;
create policy scope on plan_version_event
  using (mudan_system() or exists (select 1 from plan_version v where v.id = version_id));

alter table plan_statement enable row level security;
create policy scope on plan_statement using (mudan_sees(area_code, department, space));

alter table plan_watch enable row level security;
create policy scope on plan_watch using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text) and mudan_sees_plan(area_code, space)));
