-- The register of households (一标三实), who opened one for what, and the visits to households and places.

-- What may be listed. No name, no telephone number: `shown_as` is the householder's name without all but its first
-- character, `care` the kinds of care of everybody who lives there.
create table household (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  address_code text not null,
  address text not null,
  kind text not null check (kind in ('home', 'unit')),
  lon double precision,
  lat double precision,
  shown_as text not null default '',
  people int not null default 0,
  care text[] not null default '{}',
  source text not null,
  example boolean not null default false,
  keep_until date not null,
  erased_at timestamptz,
  updated_at timestamptz not null,
  version int not null default 1,
  check ((lon is null) = (lat is null))
);
create unique index household_address on household (space, address_code);
create index household_area on household (space, area_code, address_code);
create index household_care on household using gin (care) where care <> '{}';
create index household_kept on household (keep_until) where erased_at is null;

-- What is personal. Read only through an opening that the transaction names, or while the register writes that household.
create table household_person (
  id uuid primary key,
  household_id uuid not null references household,
  position smallint not null,
  name text not null,
  phone text not null default '',
  relation text not null default '',
  born int,
  care text[] not null default '{}',
  note text not null default '',
  unique (household_id, position)
);

-- Who opened which household, for what and about which thing, until when. `subject_noun` 'none': broken glass.
create table household_opening (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  household_id uuid not null references household,
  person_id uuid not null references person,
  person text not null,
  role text not null,
  purpose text not null,
  subject_noun text not null check (subject_noun in ('visit', 'case', 'incident', 'none')),
  subject_id uuid,
  subject_number text not null default '',
  reason text not null default '',
  break_glass boolean not null,
  at timestamptz not null,
  ends_at timestamptz not null,
  verdict text check (verdict in ('fit', 'unfit')),
  verdict_note text not null default '',
  reviewed_by text,
  reviewed_at timestamptz,
  check (break_glass = (subject_noun = 'none')),
  check (break_glass = (subject_id is null))
);
create index household_opening_person on household_opening (person_id, at);
create index household_opening_household on household_opening (household_id, at);
create index household_opening_unseen on household_opening (at) where break_glass and verdict is null;

-- How often which kind of care wants a visit, every version. An exercise follows the county's own unless it made one.
create table visit_cadence (
  version int generated always as identity primary key,
  space smallint not null references space,
  content jsonb not null,
  note text not null,
  published_by text not null,
  published_by_id uuid,
  published_at timestamptz not null
);
create index visit_cadence_newest on visit_cadence (space, version desc);

create table visit (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  household_id uuid references household,
  place text not null default '',
  lon double precision,
  lat double precision,
  kind text not null check (kind in ('care', 'safety', 'notice', 'dispute', 'follow_up')),
  origin text not null check (origin in ('cadence', 'desk', 'grid')),
  state text not null check (state in ('planned', 'done', 'cancelled')),
  words text not null default '',
  based_on date,
  due_on date,
  planned_by text not null,
  planned_at timestamptz not null,
  client_id uuid unique,
  outcome text check (outcome in ('met', 'not_home', 'refused', 'moved')),
  note text not null default '',
  checks jsonb not null default '{}',
  mediation text not null default '',
  solved jsonb not null default '[]',
  serves text[] not null default '{}',
  done_at timestamptz,
  recorded_at timestamptz,
  done_by text not null default '',
  done_by_id uuid,
  cancel_reason text not null default '',
  version int not null default 1,
  check (household_id is not null or place <> ''),
  check ((state = 'done') = (client_id is not null and outcome is not null and done_at is not null))
);
create index visit_due on visit (space, due_on, area_code) where state = 'planned';
create index visit_done on visit (space, done_at desc) where state = 'done';
create index visit_household on visit (household_id, done_at desc) where household_id is not null;
create index visit_by on visit (done_by_id, recorded_at) where done_by_id is not null;
create unique index visit_cadence_one on visit (household_id) where state = 'planned' and origin = 'cadence';

create table visit_case (
  visit_id uuid not null references visit,
  case_id uuid not null references case_file,
  household_id uuid references household,
  primary key (visit_id, case_id)
);
create index visit_case_case on visit_case (case_id);

create table visit_photo (
  id uuid primary key,
  visit_id uuid not null references visit,
  taken_at timestamptz not null,
  received_at timestamptz not null,
  given_by text not null,
  width int not null,
  height int not null,
  jpeg bytea not null
);
create index visit_photo_visit on visit_photo (visit_id);

-- What is to be told at the door (入户告知), and who has been told.
create table visit_notice (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  title text not null,
  words text not null,
  care text[] not null default '{}',
  since date not null,
  until date not null,
  made_by text not null,
  made_at timestamptz not null,
  check (since <= until)
);
create index visit_notice_open on visit_notice (space, until);

create table visit_receipt (
  notice_id uuid not null references visit_notice,
  household_id uuid not null references household,
  visit_id uuid not null references visit,
  at timestamptz not null,
  primary key (notice_id, household_id)
);
create index visit_receipt_visit on visit_receipt (visit_id);

grant select, insert, update on household, household_opening, visit to mudan_centre;
grant select, insert, delete on household_person to mudan_centre;
grant select, insert on visit_cadence, visit_case, visit_photo, visit_notice, visit_receipt to mudan_centre;

alter table household enable row level security;
create policy scope on household using (mudan_sees(area_code, department, space));
alter table household_opening enable row level security;
create policy scope on household_opening using (
  mudan_sees(area_code, department, space) or (person_id = mudan_person() and mudan_sees(area_code, null, space)));

-- Not even the centre's own work reads a person without saying which opening, or which household's register, it is for.
alter table household_person enable row level security;
create policy opened on household_person for select using (
  household_id::text = (select current_setting('mudan.register', true))
  or exists (select 1 from household_opening o where o.household_id = household_person.household_id
    and o.id::text = (select current_setting('mudan.opening', true)) and o.person_id = mudan_person()));
create policy written on household_person for insert with check (
  household_id::text = (select current_setting('mudan.register', true))
  and exists (select 1 from household h where h.id = household_id));
create policy removed on household_person for delete using (
  household_id::text = (select current_setting('mudan.register', true))
  and exists (select 1 from household h where h.id = household_id));

alter table visit_cadence enable row level security;
create policy read on visit_cadence for select
  using (space = 0 or current_setting('mudan.space', true) in ('*', space::text));
create policy write on visit_cadence for insert
  with check (current_setting('mudan.space', true) in ('*', space::text));
alter table visit enable row level security;
create policy scope on visit using (mudan_sees(area_code, department, space));
alter table visit_case enable row level security;
create policy scope on visit_case using (mudan_system() or exists (select 1 from visit v where v.id = visit_id));
alter table visit_photo enable row level security;
create policy scope on visit_photo using (mudan_system() or exists (select 1 from visit v where v.id = visit_id));
-- A notice for the county is to be told in each of its grids.
alter table visit_notice enable row level security;
create policy scope on visit_notice using (
  mudan_sees(area_code, department, space)
  or starts_with((select current_setting('mudan.area', true)), area_code)
    and (select current_setting('mudan.space', true)) in ('*', space::text)
    and (department is null or (select current_setting('mudan.departments', true)) = '*'
         or department = any ((select string_to_array(current_setting('mudan.departments', true), ','))::text[])));
alter table visit_receipt enable row level security;
create policy scope on visit_receipt using (mudan_system() or exists (select 1 from visit v where v.id = visit_id));

call mudan_hoist();
