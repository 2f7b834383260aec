-- Dispatch: the ranking as it stood when somebody was sent, and how each drive goes on against it.

create table dispatch_decision (
  task_id uuid primary key references task,
  space smallint not null references space,
  area_code text not null,
  department text,
  incident_id uuid not null references incident,
  unit_id uuid not null references unit,
  at timestamptz not null,
  by text not null,
  method text not null check (method in ('road', 'straight', 'none')),
  rank int,
  eta_s double precision,
  best_unit_id uuid references unit,
  best_eta_s double precision,
  reason text not null default '',
  graph_version text not null default '',
  closure_version int not null default 0,
  snapshot jsonb not null
);
create index dispatch_decision_incident on dispatch_decision (incident_id, at desc);

-- One drive: what was predicted when the crew accepted or was sent, and what is expected now.
create table dispatch_drive (
  task_id uuid primary key references task,
  space smallint not null references space,
  area_code text not null,
  department text,
  began_at timestamptz not null,
  predicted_at timestamptz not null,
  expected_at timestamptz,
  metres double precision not null default 0,
  line jsonb not null default '[]',
  closure_version int not null default 0,
  cut_off boolean not null default false,
  late boolean not null default false,
  off_route boolean not null default false,
  updated_at timestamptz not null,
  ended_at timestamptz
);
create index dispatch_drive_open on dispatch_drive (space) where ended_at is null;

grant select, insert, update on dispatch_decision, dispatch_drive to mudan_centre;
alter table dispatch_decision enable row level security;
create policy scope on dispatch_decision using (mudan_sees(area_code, department, space));
alter table dispatch_drive enable row level security;
create policy scope on dispatch_drive using (mudan_sees(area_code, department, space));
