-- Roads: the networks that routes are found on, and the closures that lie on them.

-- Reference data of the whole county like map layers: no scope. `data` are the packed arrays, `node_order` is
-- what the engine worked out of them once. One network is active; the others are kept for what refers to them.
create table road_network (
  hash text primary key check (hash ~ '^[0-9a-f]{64}$'),
  data bytea not null,
  node_order bytea,
  source text not null,
  credit text not null,
  schematic boolean not null,
  nodes int not null,
  edges int not null,
  arcs int not null,
  active boolean not null default false,
  imported_at timestamptz not null,
  imported_by text not null
);
create unique index road_network_active on road_network (active) where active;
alter table road_network alter column data set storage external; -- it is compressed already

-- Every change of a closure takes the next revision, so that a routing process sees at a glance what is new.
create sequence road_closure_revision;
create table road_closure (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  source text not null check (source in ('hand', 'plan', 'incident')),
  source_ref text not null default '',
  incident_id uuid references incident,
  geometry jsonb not null,
  edges int[] not null default '{}',
  graph_hash text not null default '',
  direction text not null default 'both' check (direction in ('both', 'forward', 'backward')),
  classes text[] not null check (cardinality(classes) > 0),
  depth_m double precision check (depth_m > 0),
  penalty double precision check (penalty is null or (penalty > 1 and depth_m is null)),
  reason text not null check (reason <> ''),
  confidence text not null check (confidence in ('confirmed', 'reported', 'estimated')),
  example boolean not null default false,
  starts_at timestamptz not null,
  ends_at timestamptz check (ends_at > starts_at),
  created_at timestamptz not null,
  created_by text not null,
  begun_at timestamptz,
  ended_at timestamptz,
  ended_by text not null default '',
  ended_reason text not null default '',
  revision bigint not null default nextval('road_closure_revision'),
  version int not null default 1
);
create index road_closure_open on road_closure (starts_at) where ended_at is null;
create index road_closure_ended on road_closure (space, ended_at desc) where ended_at is not null;
create index road_closure_revised on road_closure (revision);
create unique index road_closure_ref on road_closure (space, source, source_ref)
  where source_ref <> '' and ended_at is null;

create table road_closure_event (
  id bigint generated always as identity primary key,
  closure_id uuid not null references road_closure,
  at timestamptz not null,
  recorded_at timestamptz not null,
  kind text not null check (kind in ('made', 'begun', 'changed', 'expired', 'lifted')),
  actor text not null,
  late boolean not null default false,
  detail jsonb not null default '{}'
);
create index road_closure_event_closure on road_closure_event (closure_id, id);

grant select, insert, update on road_network, road_closure to mudan_centre;
grant select, insert on road_closure_event to mudan_centre;
grant usage on sequence road_closure_revision to mudan_centre;

alter table road_closure enable row level security;
create policy scope on road_closure using (mudan_sees(area_code, department, space));
alter table road_closure_event enable row level security;
create policy scope on road_closure_event using (
  mudan_system() or exists (select 1 from road_closure c where c.id = closure_id));
