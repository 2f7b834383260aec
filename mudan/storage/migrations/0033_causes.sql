-- Cases of one cause under a leading one; cases that somebody told apart; pictures that other cases have; what of a
-- case was entered into other systems.

-- A case stays its own under a leading one. One leading case does not stand under another.
create table case_tie (
  case_id uuid primary key references case_file,
  lead_id uuid not null references case_file,
  cause text not null,
  at timestamptz not null,
  by text not null,
  by_id uuid,
  check (case_id <> lead_id)
);
create index case_tie_lead on case_tie (lead_id);

-- "Not the same cause": these cases are not suggested together again, until it is taken back.
create table case_apart (
  id uuid primary key,
  space smallint not null references space,
  cause text not null,
  cases uuid[] not null,
  reason text not null,
  at timestamptz not null,
  by text not null,
  by_id uuid,
  withdrawn_at timestamptz,
  withdrawn_by text
);
create index case_apart_newest on case_apart (space, at desc) where withdrawn_at is null;

grant select, insert, delete on case_tie to mudan_centre;
grant select, insert, update on case_apart to mudan_centre;

alter table case_tie enable row level security;
create policy scope on case_tie using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
alter table case_apart enable row level security;
create policy scope on case_apart using (mudan_system() or exists (select 1 from case_file c where c.id = any (cases)));

-- Two likenesses that differ in at most eight of 128 bits have one of nine parts alike: `parts` are these nine, each with
-- its place, so that an index finds the few pictures to compare: fourteen bits each, the last sixteen.
create function mudan_likeness_parts(likeness bytea) returns integer[] language sql immutable strict parallel safe
  set search_path = pg_catalog as $$
  select array_agg(n * 65536 + (substring(b from n * 14 + 1 for case when n = 8 then 16 else 14 end)::bit(16))::integer
                   order by n)
  from (select ('x' || encode(likeness, 'hex'))::bit(128) as b) l, generate_series(0, 8) n $$;
alter table case_jpeg add column parts integer[] generated always as (mudan_likeness_parts(likeness)) stored;
create index case_jpeg_parts on case_jpeg using gin (parts);

alter table case_flag add column other_case uuid references case_file;
alter table case_flag add column other_picture uuid references case_picture;
alter table case_flag drop constraint case_flag_kind_check;
alter table case_flag add constraint case_flag_kind_check
  check (kind in ('missing', 'unplaced', 'far', 'early', 'again', 'elsewhere'));

-- What of cases was entered into other systems (feed `cases`), for the burden meter.
create index record_delivery_entered on record_delivery (created_at) where feed = 'cases';

call mudan_hoist();
