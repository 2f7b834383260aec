-- What of a case can be counted, one row each: a report, an opening, a dispatch, a check, a closing, a call-back, an
-- appeal, a deadline. A row is never taken back: what it said until `superseded_at` still judges the windows before.
create table case_tally (
  id bigint generated always as identity primary key,
  case_id uuid not null references case_file,
  kind text not null,
  number int not null,
  space smallint not null references space,
  type text not null,
  class_code text not null,
  area_code text not null,
  department text references department,
  at timestamptz not null,
  due_at timestamptz,
  begun_at timestamptz,
  done_at timestamptz,
  failed_at timestamptz,
  more_at timestamptz,
  again_at timestamptz,
  source text not null,
  hand uuid,
  responded smallint not null,
  solved smallint not null,
  satisfied smallint not null,
  known_at timestamptz not null,
  superseded_at timestamptz
);
create unique index case_tally_now on case_tally (case_id, kind, number) where superseded_at is null;
create index case_tally_window on case_tally (space, kind, at);

-- What a person has taken out of the figures or given to them, and why. It is withdrawn, never removed.
create table case_correction (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  kind text not null check (kind in ('exclude', 'points')),
  metric text not null,
  case_id uuid references case_file,
  grouping text,
  key text,
  since timestamptz,
  until timestamptz,
  points numeric(4, 1) check (abs(points) between 0.1 and 10),
  reason text not null check (reason <> ''),
  made_at timestamptz not null,
  made_by text not null,
  made_by_id uuid,
  withdrawn_at timestamptz,
  withdrawn_by text,
  withdrawn_reason text,
  check ((kind = 'exclude') = (case_id is not null)),
  check ((kind = 'points') = (points is not null and grouping is not null and key is not null and since is not null
    and until is not null))
);
create index case_correction_newest on case_correction (space, made_at desc);
create index case_correction_case on case_correction (case_id) where withdrawn_at is null and case_id is not null;

-- An evaluation as it was: what was asked, by which version, and every figure. `area_code` is whose it was.
create table case_evaluation (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  asked jsonb not null,
  version int not null,
  figures jsonb not null,
  note text not null,
  made_at timestamptz not null,
  made_by text not null,
  made_by_id uuid
);
create index case_evaluation_newest on case_evaluation (space, made_at desc);

grant select, insert, update on case_tally, case_correction to mudan_centre;
grant select, insert on case_evaluation to mudan_centre;

-- A department's people see what is their department's alone; what is nobody's is for those who see all.
alter table case_tally enable row level security;
create policy scope on case_tally using (coalesce(
  ((select mudan_every_space()) or space = (select mudan_space()))
  and starts_with(area_code, (select mudan_area()))
  and ((select mudan_every_department()) or department = any ((select mudan_departments())::text[])), false));
alter table case_correction enable row level security;
create policy scope on case_correction using (mudan_sees(area_code, department, space));
alter table case_evaluation enable row level security;
create policy scope on case_evaluation using (
  ((select mudan_every_space()) or space = (select mudan_space()))
  and starts_with(area_code, (select mudan_area())) and coalesce((select mudan_every_department()), false));

-- Cases whose history has not been counted yet: those that were there before, and what is brought in many at a time.
alter table case_file add column tallied boolean not null default false;
create index case_file_untallied on case_file (id) where not tallied;

-- Words are looked for in one column, by one comparison a row; short enough to stand in an index.
alter table case_file add column words text generated always as
  (lower(number || ' ' || left(title, 200) || ' ' || left(address, 150))) stored;
create index case_file_closed on case_file (space, created_at desc) where closed_at is not null;

-- The board and the map find the cases of a page or a cell, and whether they may be seen, without reading the cases.
drop index case_file_open;
create index case_file_open on case_file (space, next_due_at, number)
  include (id, area_code, department, partners, sent_to, created_by_id, type, class_code, state, lamp, words)
  where ended_at is null;
create index case_file_map on case_file (space, lat, lon)
  include (id, lamp, type, area_code, department, partners, sent_to, created_by_id) where ended_at is null;

-- As the other walls: with `coalesce` around it the planner reckons that half of the rows pass, not hardly any.
do $$
begin
  execute (select format('alter policy scope on case_file using (coalesce(%s, false))', qual) from pg_policies
    where schemaname = 'public' and tablename = 'case_file' and policyname = 'scope');
end $$;

call mudan_hoist();
