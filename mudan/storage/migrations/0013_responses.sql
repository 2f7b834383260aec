-- Responses under a plan: what was advised, decided, issued and ended, with the inputs of every decision.

create table response (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  plan_id uuid not null references plan,
  version_id uuid not null references plan_version,
  plan_hash text not null,
  slug text not null,
  title_zh text not null,
  title_en text not null,
  example boolean not null,
  incident_id uuid references incident,
  state text not null check (state in ('advised', 'active', 'deactivating', 'ended', 'rejected', 'withdrawn')),
  level text,
  statutory smallint check (statutory between 1 and 4),
  -- What waits for a decision: a level's key, or '@end'. `inputs` are what the engine saw when it advised.
  proposed text,
  proposed_at timestamptz,
  proposed_by text not null default '',
  decide_by timestamptz,
  reminded_at timestamptz,
  inputs jsonb not null default '{}',
  quiet_until timestamptz,
  opened_at timestamptz not null,
  started_at timestamptz,
  level_since timestamptz,
  ended_at timestamptz,
  version int not null default 1
);
-- One response of a plan at a time: to the county as it is, or to one incident.
create unique index response_open on response (space, plan_id, coalesce(incident_id, plan_id))
  where state in ('advised', 'active', 'deactivating');
create index response_incident on response (incident_id);
create index response_state on response (space, state, opened_at desc);

create table response_event (
  seq bigint generated always as identity primary key,
  response_id uuid not null references response,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  person_id uuid,
  from_level text,
  to_level text,
  reason text not null default '',
  text_zh text not null,
  text_en text not null,
  inputs jsonb not null default '{}'
);
create index response_event_response on response_event (response_id, seq);

-- Everything that a level asks for, once: what came of it, and where it lives (noun, ref).
create table response_issue (
  id uuid primary key,
  response_id uuid not null references response,
  level text not null,
  kind text not null check (kind in ('post', 'task', 'notice', 'call', 'warning', 'report', 'closure', 'unit', 'par')),
  item text not null,
  title_zh text not null,
  title_en text not null,
  who_zh text not null default '',
  who_en text not null default '',
  state text not null check (state in ('issued', 'waiting', 'by_hand', 'failed', 'waived', 'ended')),
  noun text not null default '',
  ref text not null default '',
  due_at timestamptz,
  issued_at timestamptz not null,
  note text not null default '',
  detail jsonb not null default '{}',
  unique (response_id, kind, item)
);
create index response_issue_waiting on response_issue (response_id) where state = 'waiting';

create view matter_response as
  select r.incident_id, r.id, '响应未结束：' || r.title_zh as zh, 'response not ended: ' || r.title_en as en,
         true as mandatory
  from response r where r.incident_id is not null and r.state in ('active', 'deactivating');
grant select on matter_response to mudan_centre;

create view ground_response as
  select r.area_code, r.space, r.statutory as level from response r
  where r.state = 'active' and r.statutory is not null;
grant select on ground_response to mudan_centre;

grant select, insert, update on response, response_issue to mudan_centre;
grant select, insert on response_event to mudan_centre;

alter table response enable row level security;
create policy scope on response using (mudan_sees(area_code, department, space));
alter table response_event enable row level security;
create policy scope on response_event using (
  mudan_system() or exists (select 1 from response r where r.id = response_id));
alter table response_issue enable row level security;
create policy scope on response_issue using (
  mudan_system() or exists (select 1 from response r where r.id = response_id));
