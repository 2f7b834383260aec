-- A census: one file of things counted in the field, laid out row by row before anything of it is written.
create table census (
  id uuid primary key,
  space smallint not null references space,
  platform text not null,
  census text not null,
  entity_type text not null,
  file_name text not null,
  digest text not null,
  area_code text not null,
  whole boolean not null,
  state text not null check (state in ('reading', 'preview', 'running', 'done', 'failed', 'dropped')),
  total int not null default 0,
  good int not null default 0,
  bad int not null default 0,
  added int not null default 0,
  changed int not null default 0,
  same int not null default 0,
  gone int not null default 0,
  done int not null default 0,
  fault text not null default '',
  created_at timestamptz not null,
  created_by text not null,
  created_by_id uuid,
  ended_at timestamptz
);
create index census_newest on census (space, platform, created_at desc);
create index census_open on census (created_at) where state in ('reading', 'preview', 'running');

-- Rows that wait to be written; they go when the census is done or dropped. A name stands once in a file.
create table census_row (
  census_id uuid not null references census,
  number int not null,
  urn text not null,
  content jsonb not null,
  primary key (census_id, number),
  unique (census_id, urn)
);

-- Rows that were not taken stay, so that they can be put right. `urn` where it could be read.
create table census_bad (
  census_id uuid not null references census,
  number int not null,
  urn text,
  faults jsonb not null,
  content jsonb not null,
  primary key (census_id, number)
);

-- What stands near somebody who reports.
create index entity_place on entity (type, lat, lon) where lat is not null;

grant select, insert, update on census to mudan_centre;
grant select, insert, delete on census_row, census_bad to mudan_centre;

alter table census enable row level security;
create policy scope on census using (mudan_sees(area_code, null, space));
alter table census_row enable row level security;
create policy scope on census_row
  using (mudan_system() or exists (select 1 from census c where c.id = census_row.census_id));
alter table census_bad enable row level security;
create policy scope on census_bad
  using (mudan_system() or exists (select 1 from census c where c.id = census_bad.census_id));
call mudan_hoist();
