-- Cases: what a collector, a citizen, a camera or an alarm reports, from the report to the reporter's word.
-- `case` is a word of SQL, so the table of the cases themselves is `case_file` (案卷).

-- The working calendar, every version of it. An exercise follows the county's own unless it has made one.
create table case_calendar (
  version int generated always as identity primary key,
  space smallint not null references space,
  content jsonb not null,
  note text not null,
  published_by text not null,
  published_by_id uuid,
  published_at timestamptz not null
);
create index case_calendar_newest on case_calendar (space, version desc);

-- Whose is which class in which area: every version of the responsibility matrix of a case type.
create table case_matrix (
  version int generated always as identity primary key,
  space smallint not null references space,
  type text not null,
  note text not null,
  published_by text not null,
  published_by_id uuid,
  published_at timestamptz not null
);
create index case_matrix_newest on case_matrix (space, type, version desc);

create table case_rule (
  version int not null references case_matrix,
  id text not null,
  class_code text not null,
  area_code text not null,
  department text not null references department,
  since date not null,
  until date,
  note text not null default '',
  primary key (version, id)
);

create table case_number (
  space smallint not null references space,
  prefix text not null,
  day date not null,
  last int not null,
  primary key (space, prefix, day)
);

-- `department` is the owner and walls the row off; while there is none, only those who see every department do.
create table case_file (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  number text not null,
  type text not null,
  type_version int not null,
  class_code text not null,
  state text not null,
  source text not null,
  title text not null,
  text text not null,
  form jsonb not null,
  address text not null,
  lon double precision,
  lat double precision,
  alarm_id uuid references alarm,
  verified boolean not null default false,
  partners text[] not null default '{}',
  handlers uuid[] not null default '{}',
  past_owners text[] not null default '{}',
  levels text[] not null default '{county}',
  asked jsonb not null default '{}',
  main_id uuid references case_file,
  sent_to uuid references person,
  answer text,
  returned int not null default 0,
  reworked int not null default 0,
  reopened int not null default 0,
  supervised int not null default 0,
  extended int not null default 0,
  forced boolean not null default false,
  upheld boolean not null default false,
  rule text,
  lamp text not null default 'green' check (lamp in ('green', 'amber', 'red', 'overdue')),
  next_due_at timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  created_by_id uuid,
  closed_at timestamptz,
  ended_at timestamptz,
  version int not null default 1,
  unique (space, number),
  check ((lon is null) = (lat is null))
);
create index case_file_open on case_file (space, next_due_at, number) where ended_at is null;
create index case_file_newest on case_file (space, created_at desc);
create index case_file_place on case_file (space, lat, lon);
create index case_file_main on case_file (main_id) where main_id is not null;

-- Who reported it; several, when several told of the same. Read only with the case, shown only to those at work on it.
create table case_reporter (
  id uuid primary key,
  case_id uuid not null references case_file,
  at timestamptz not null,
  channel text not null,
  name text not null,
  phone text not null,
  text text not null,
  wants_word boolean not null,
  recorded_by text not null
);
create index case_reporter_case on case_reporter (case_id, at);

create table case_event (
  id bigint generated always as identity primary key,
  case_id uuid not null references case_file,
  client_id uuid not null unique,
  at timestamptz not null,
  kind text not null,
  from_state text not null,
  to_state text not null,
  actor text not null,
  actor_id uuid,
  text_zh text not null,
  text_en text not null,
  detail jsonb not null
);
create index case_event_case on case_event (case_id, id);

create table case_clock (
  case_id uuid not null references case_file,
  space smallint not null references space,
  name text not null,
  run int not null,
  amount text not null,
  measure text not null check (measure in ('natural_hours', 'working_hours', 'working_days', 'calendar_days')),
  next_day boolean not null,
  amber smallint not null,
  red smallint not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  pauses jsonb not null,
  calendar_version int not null,
  amber_at timestamptz,
  red_at timestamptz,
  due_at timestamptz,
  shown text not null,
  next_at timestamptz,
  primary key (case_id, name, run)
);
create index case_clock_next on case_clock (next_at) where ended_at is null;
create index case_clock_counted on case_clock (space, calendar_version) where ended_at is null;

grant select, insert, update on case_number, case_file, case_clock to mudan_centre;
grant select, insert on case_calendar, case_matrix, case_rule, case_reporter, case_event to mudan_centre;

-- The owner's and the co-handlers' people see it, who reported it or was sent there, and whoever sees every department
-- of the area. The settings stand in sub-selects so that a list of a hundred thousand cases reads each of them once.
alter table case_file enable row level security;
create policy scope on case_file using (
  (select current_setting('mudan.space', true)) in ('*', space::text)
  and ((select mudan_person()) in (sent_to, created_by_id)
       or starts_with(area_code, (select current_setting('mudan.area', true)))
          and ((select current_setting('mudan.departments', true)) = '*'
               or department = any ((select string_to_array(current_setting('mudan.departments', true), ','))::text[])
               or partners && (select string_to_array(current_setting('mudan.departments', true), ',')))));
alter table case_reporter enable row level security;
create policy scope on case_reporter using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
alter table case_event enable row level security;
create policy scope on case_event using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
alter table case_clock enable row level security;
create policy scope on case_clock using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
alter table case_number enable row level security;
create policy scope on case_number using (current_setting('mudan.space', true) in ('*', space::text));

-- What an exercise has not made for itself it reads from reality; it writes only its own.
alter table case_calendar enable row level security;
create policy read on case_calendar for select
  using (space = 0 or current_setting('mudan.space', true) in ('*', space::text));
create policy write on case_calendar for insert
  with check (current_setting('mudan.space', true) in ('*', space::text));
alter table case_matrix enable row level security;
create policy read on case_matrix for select
  using (space = 0 or current_setting('mudan.space', true) in ('*', space::text));
create policy write on case_matrix for insert
  with check (current_setting('mudan.space', true) in ('*', space::text));
alter table case_rule enable row level security;
create policy read on case_rule for select using (exists (select 1 from case_matrix m where m.version = case_rule.version));
create policy write on case_rule for insert
  with check (exists (select 1 from case_matrix m where m.version = case_rule.version
                      and current_setting('mudan.space', true) in ('*', m.space::text)));
