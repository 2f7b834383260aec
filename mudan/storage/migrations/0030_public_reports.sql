-- What a reporter holds of a case: a number and a code. The code is kept as a hash only and can be made again for the
-- same entry (a request that was sent twice), never for another.
create table case_slip_key (
  only_one boolean primary key default true check (only_one),
  key bytea not null
);
insert into case_slip_key (key) values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

create table case_slip (
  id uuid primary key,
  case_id uuid not null references case_file,
  reporter_id uuid not null references case_reporter,
  code_hash bytea not null unique,
  joined boolean not null,
  language text not null check (language in ('zh', 'en')),
  created_at timestamptz not null,
  -- Where to tell of it, with consent only; emptied when the consent is taken back.
  channel text not null default '' check (channel in ('', 'text', 'mail')),
  contact text not null default '',
  consented_at timestamptz,
  withdrawn_at timestamptz,
  check ((channel = '') = (contact = ''))
);
create index case_slip_case on case_slip (case_id);

create index case_reporter_phone on case_reporter (phone, at) where phone <> '';
create index case_file_class on case_file (space, created_at, type, class_code, area_code, state);

-- A picture that was sent before its report, for two hours; then it is forgotten or belongs to a case.
create table case_draft (
  id uuid primary key,
  at timestamptz not null,
  jpeg bytea not null,
  taken_at timestamptz,
  lon double precision,
  lat double precision
);
create index case_draft_at on case_draft (at);

-- How much work the forms are: sums of a day, a form and a department; nobody's own.
create table case_burden (
  space smallint not null references space,
  day date not null,
  form text not null,
  department text not null,
  entries int not null,
  fields int not null,
  seconds int not null,
  avoided int not null,
  primary key (space, day, form, department)
);

grant select, insert, delete on case_draft to mudan_centre;
grant select on case_slip_key to mudan_centre;
grant select, insert, update on case_slip, case_burden to mudan_centre;

alter table case_slip_key enable row level security;
create policy scope on case_slip_key using (mudan_system());
alter table case_slip enable row level security;
create policy scope on case_slip using (mudan_system());
alter table case_draft enable row level security;
create policy scope on case_draft using (mudan_system());
alter table case_burden enable row level security;
create policy scope on case_burden using (current_setting('mudan.space', true) in ('*', space::text));
call mudan_hoist();
