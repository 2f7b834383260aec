-- Stores and shelters kept by hand: what was changed of them, by whom, and why one is no longer used; until when
-- something is lent.

alter table shelter add column voided_at timestamptz;
alter table shelter add column void_reason text not null default '';

-- `return_by`: until when it is lent, as agreed; `return_wanted`: until when the asker wants to keep it.
alter table resource_order add column return_by timestamptz;
alter table resource_order add column return_wanted timestamptz;

-- Append-only. `changes`: the new value of each field that was changed.
create table place_event (
  id bigint generated always as identity primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  place_id uuid not null,
  noun text not null check (noun in ('store', 'shelter')),
  kind text not null check (kind in ('created', 'changed', 'retired')),
  changes jsonb not null,
  reason text not null,
  actor text not null,
  recorded_at timestamptz not null
);
create index place_event_place on place_event (place_id, id);

grant select, insert on place_event to mudan_centre;
alter table place_event enable row level security;
create policy scope on place_event using (mudan_sees(area_code, department, space));
