-- Registers that were taken in, the plan of a week, what was carried again, and the auditor's word on openings.

-- One file of a register: for which purpose, on which legal ground, by whom, what became of it. No value of it is kept.
create table household_file (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  source text not null,
  file_name text not null,
  digest text not null,
  purpose text not null check (purpose in ('care', 'safety', 'service')),
  ground text not null check (ground in ('consent', 'duty', 'emergency')),
  basis text not null,
  example boolean not null,
  state text not null check (state in ('running', 'done', 'failed')),
  total int not null,
  done int not null default 0,
  rows int not null default 0,
  households int not null default 0,
  planned int not null default 0,
  faults jsonb not null default '[]',
  not_kept text[] not null default '{}',
  began_at timestamptz not null,
  ended_at timestamptz,
  by text not null,
  by_id uuid
);
create index household_file_newest on household_file (space, began_at desc);

-- What was shown, from where the opener came, and what they said when the auditor asked.
alter table household_opening add column fields text[] not null default '{}';
alter table household_opening add column person_area text not null default '';
alter table household_opening add column explanation text not null default '';
alter table household_opening add column explained_at timestamptz;
alter table household_opening drop constraint household_opening_verdict_check;
alter table household_opening add constraint household_opening_verdict_check
  check (verdict in ('fit', 'unfit', 'explain'));
create index household_opening_newest on household_opening (space, at desc);
create index household_opening_asked on household_opening (person_id) where verdict = 'explain';

-- When a planned visit is to be made and by which post: as drafted, and as published to the phones.
alter table visit add column draft_on date;
alter table visit add column draft_post text not null default '';
alter table visit add column planned_on date;
alter table visit add column post text not null default '';
create index visit_day on visit (space, (coalesce(planned_on, due_on)), area_code) where state = 'planned';

create table visit_publication (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  week date not null,
  visits int not null,
  published_by text not null,
  published_by_id uuid,
  published_at timestamptz not null
);
create index visit_publication_week on visit_publication (space, week, published_at desc);

-- The doors that did not answer a notice or a call, and that the grid was told of again.
create table visit_reminder (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  notice_id uuid references visit_notice,
  household_id uuid references household,
  step_id uuid references call_step,
  visit_id uuid references visit,
  how text not null check (how in ('again', 'visit')),
  at timestamptz not null,
  by text not null,
  check ((step_id is null) = (notice_id is not null and household_id is not null)),
  check ((how = 'visit') = (visit_id is not null))
);
create index visit_reminder_notice on visit_reminder (notice_id, household_id) where notice_id is not null;
create index visit_reminder_step on visit_reminder (step_id) where step_id is not null;

grant select, insert, update on household_file to mudan_centre;
grant select, insert on visit_publication, visit_reminder to mudan_centre;

alter table household_file enable row level security;
create policy scope on household_file using (mudan_sees(area_code, department, space));
alter table visit_publication enable row level security;
create policy scope on visit_publication using (mudan_sees(area_code, department, space));
alter table visit_reminder enable row level security;
create policy scope on visit_reminder using (mudan_sees(area_code, department, space));

call mudan_hoist();
