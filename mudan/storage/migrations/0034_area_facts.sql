-- How large and how peopled the areas are, as the county says: every version. An exercise follows the county's own
-- unless it has made one.
create table case_area_facts (
  version int generated always as identity primary key,
  space smallint not null references space,
  content jsonb not null,
  note text not null check (note <> ''),
  published_by text not null,
  published_by_id uuid,
  published_at timestamptz not null
);
create index case_area_facts_newest on case_area_facts (space, version desc);

grant select, insert on case_area_facts to mudan_centre;

alter table case_area_facts enable row level security;
create policy read on case_area_facts for select
  using (space = 0 or current_setting('mudan.space', true) in ('*', space::text));
create policy write on case_area_facts for insert
  with check (current_setting('mudan.space', true) in ('*', space::text));
call mudan_hoist();
