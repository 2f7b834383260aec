-- Directives: what a department, a role, a group or a person must do, by when, with what proof, checked by whom.

create table directive_number (
  space smallint not null,
  day date not null,
  last int not null,
  primary key (space, day)
);

-- A recurring directive: the next is issued at `next_at`, numbered by `occurrence`.
create table directive_series (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  every_s int not null check (every_s >= 60),
  next_at timestamptz not null,
  occurrence int not null,
  missed int not null default 0,
  ends_at timestamptz,
  stopped_at timestamptz,
  stop_reason text not null default ''
);
create index directive_series_due on directive_series (next_at) where stopped_at is null;

-- `department` walls the row off as everywhere; whom the directive is for stands in the four `to_` columns.
create table directive (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  number text not null,
  origin text,
  source text not null check (source in ('plan', 'instruction', 'report', 'hand', 'review')),
  title text not null,
  text text not null,
  level smallint not null check (level between 1 and 4),
  mandatory boolean not null,
  incident_id uuid references incident,
  to_department text references department,
  to_role text,
  to_group text,
  to_person uuid references person,
  evidence text[] not null default '{}',
  state text not null check (state in
    ('pending', 'issued', 'received', 'in_progress', 'submitted', 'verified', 'returned', 'waived')),
  deadline_kind text not null check (deadline_kind in ('absolute', 'after_trigger', 'after_receipt', 'none')),
  within_s int,
  receive_by timestamptz,
  due_at timestamptz,
  ladder smallint not null default 0,
  next_at timestamptz,
  series_id uuid references directive_series,
  occurrence int not null default 1,
  depends_on uuid[] not null default '{}',
  created_at timestamptz not null,
  created_by text not null,
  created_by_id uuid,
  issued_at timestamptz,
  received_at timestamptz,
  received_by text not null default '',
  started_at timestamptz,
  submitted_at timestamptz,
  submitted_by text not null default '',
  doers uuid[] not null default '{}',
  ended_at timestamptz,
  verified_by text not null default '',
  end_reason text not null default '',
  version int not null default 1,
  unique (space, number),
  unique (series_id, occurrence),
  check (num_nonnulls(to_department, to_role, to_group, to_person) = 1)
);
create unique index directive_origin on directive (space, origin) where origin is not null;
create index directive_open on directive (space, due_at) where ended_at is null;
create index directive_due on directive (next_at) where ended_at is null;
create index directive_incident on directive (incident_id);

create table directive_event (
  id bigint generated always as identity primary key,
  directive_id uuid not null references directive,
  client_id uuid not null unique,
  at timestamptz not null,
  recorded_at timestamptz not null,
  kind text not null,
  from_state text not null,
  to_state text not null,
  actor text not null,
  actor_id uuid,
  text_zh text not null,
  text_en text not null,
  detail jsonb not null default '{}'
);
create index directive_event_directive on directive_event (directive_id, id);

create table directive_evidence (
  id uuid primary key,
  directive_id uuid not null references directive,
  kind text not null check (kind in ('photo', 'form', 'text', 'telemetry')),
  at timestamptz not null,
  recorded_at timestamptz not null,
  given_by text not null,
  text text not null default '',
  form jsonb not null default '{}',
  width int,
  height int,
  jpeg bytea
);
create index directive_evidence_directive on directive_evidence (directive_id, recorded_at);

create table directive_extension (
  id uuid primary key,
  directive_id uuid not null references directive,
  until timestamptz not null,
  reason text not null,
  state text not null check (state in ('asked', 'granted', 'refused')),
  asked_by text not null,
  asked_by_id uuid not null,
  asked_at timestamptz not null,
  decided_by text not null default '',
  decided_at timestamptz,
  decision_reason text not null default ''
);
create unique index directive_extension_open on directive_extension (directive_id) where state = 'asked';

grant select, insert, update on directive_number, directive_series, directive, directive_extension to mudan_centre;
grant select, insert on directive_event, directive_evidence to mudan_centre;

-- Those whom it is for see it wherever it is; `mudan_sees` is the wall for everybody else.
alter table directive enable row level security;
create policy scope on directive using (
  mudan_sees(area_code, department, space)
  or (current_setting('mudan.space', true) in ('*', space::text) and to_person = mudan_person()));
alter table directive_series enable row level security;
create policy scope on directive_series using (mudan_sees(area_code, department, space));
alter table directive_event enable row level security;
create policy scope on directive_event using (mudan_system() or exists (select 1 from directive d where d.id = directive_id));
alter table directive_evidence enable row level security;
create policy scope on directive_evidence using (mudan_system() or exists (select 1 from directive d where d.id = directive_id));
alter table directive_extension enable row level security;
create policy scope on directive_extension using (mudan_system() or exists (select 1 from directive d where d.id = directive_id));

-- What stands in the way of closing an incident: directives that are neither verified nor waived.
create view matter_directive as
  select d.incident_id, d.id, '督办 ' || d.number || '：' || d.title as zh, 'directive ' || d.number || ': ' || d.title as en,
         d.mandatory
  from directive d where d.incident_id is not null and d.ended_at is null;
grant select on matter_directive to mudan_centre;
