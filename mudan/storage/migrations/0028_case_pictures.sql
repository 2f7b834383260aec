-- Pictures of cases: each JPEG once, by the SHA-256 of what was drawn anew, and what it shows of which case.
-- They lie in the database, outside whatever a web server hands out by itself.
create table case_jpeg (
  hash bytea primary key check (octet_length(hash) = 32),
  jpeg bytea not null,
  width int not null,
  height int not null,
  likeness bytea not null check (octet_length(likeness) = 16)
);
alter table case_jpeg alter column jpeg set storage external; -- it is compressed already

-- `placed_by` and `timed_by`: from where place and time are known.
create table case_picture (
  id uuid primary key,
  case_id uuid not null references case_file,
  hash bytea not null references case_jpeg,
  role text not null check (role in ('report', 'before', 'near', 'far', 'reference', 'after', 'verify', 'check')),
  taken_at timestamptz not null,
  timed_by text not null check (timed_by in ('given', 'camera', 'receipt')),
  received_at timestamptz not null,
  lon double precision,
  lat double precision,
  placed_by text check (placed_by in ('given', 'camera')),
  given_by text not null,
  given_by_id uuid,
  check ((lon is null) = (lat is null) and (lon is null) = (placed_by is null))
);
create index case_picture_case on case_picture (case_id, received_at);
create index case_picture_hash on case_picture (hash);

-- What speaks against the proof of a step, until a check at the same time of day or somebody's reason settles it.
create table case_flag (
  id bigint generated always as identity primary key,
  case_id uuid not null references case_file,
  at timestamptz not null,
  event text not null,
  proof text not null,
  kind text not null check (kind in ('missing', 'unplaced', 'far', 'early', 'again')),
  text_zh text not null,
  text_en text not null,
  picture_id uuid references case_picture,
  settled_at timestamptz,
  settled_by text,
  settled_by_id uuid,
  settled_how text check (settled_how in ('recheck', 'reason')),
  reason text not null default '',
  check ((settled_at is null) = (settled_how is null) and (settled_at is null) = (settled_by is null))
);
create index case_flag_case on case_flag (case_id, id);

-- How many are open; and the incident that a case has become.
alter table case_file add column flags int not null default 0;
alter table case_file add column incident_id uuid references incident;
create index case_file_flagged on case_file (space, created_at desc) where flags > 0;
create index case_file_incident on case_file (incident_id) where incident_id is not null;
create index case_file_alarm on case_file (alarm_id) where alarm_id is not null;

grant select, insert on case_jpeg, case_picture to mudan_centre;
grant select, insert, update on case_flag to mudan_centre;

alter table case_picture enable row level security;
create policy scope on case_picture using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
alter table case_jpeg enable row level security;
create policy scope on case_jpeg
  using (mudan_system() or exists (select 1 from case_picture p where p.hash = case_jpeg.hash));
alter table case_flag enable row level security;
create policy scope on case_flag using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
call mudan_hoist();
