-- Drills: a data space of its own, a script of injects, and sessions that look at one space at a time.

alter table session add column space smallint not null default 0 references space;

-- `space` is the exercise's own; people of reality see the drill to enter it, so its policy asks for both.
-- The drill's clock: elapsed_s was reached at resumed_at (while running) or stands (paused, ended).
create table drill (
  id uuid primary key,
  space smallint not null unique references space check (space > 0),
  title_zh text not null,
  title_en text not null,
  template text not null default '',
  area_code text not null,
  department text references department,
  state text not null check (state in ('ready', 'running', 'paused', 'ended')),
  scale real not null default 1 check (scale >= 1 and scale <= 60),
  simulated boolean not null,
  script jsonb not null,
  script_hash text not null,
  created_by text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  resumed_at timestamptz,
  elapsed_s double precision not null default 0,
  version int not null default 1
);

create table drill_inject (
  id uuid primary key,
  drill_id uuid not null references drill,
  at_s double precision not null check (at_s >= 0),
  position int not null,
  kind text not null,
  title_zh text not null,
  title_en text not null,
  payload jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'done', 'skipped', 'failed')),
  done_at timestamptz,
  done_s double precision,
  done_by text not null default '',
  result text not null default '',
  unique (drill_id, position)
);
create index drill_inject_waiting on drill_inject (drill_id, at_s) where state = 'waiting';

create table drill_event (
  seq bigint generated always as identity primary key,
  drill_id uuid not null references drill,
  at timestamptz not null,
  drill_s double precision not null,
  kind text not null,
  actor text not null,
  text_zh text not null,
  text_en text not null,
  detail jsonb not null default '{}'
);
create index drill_event_drill on drill_event (drill_id, seq);

-- The next free number of a data space.
create function next_space(title text) returns smallint
  language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
  made smallint;
begin
  perform pg_advisory_xact_lock(hashtext('mudan.space'));
  select coalesce(max(id), 0) + 1 into made from public.space;
  insert into public.space (id, name) values (made, title || ' · ' || made);
  return made;
end $$;
revoke all on function next_space(text) from public;
grant execute on function next_space(text) to mudan_centre;

grant select, insert, update on drill, drill_inject to mudan_centre;
grant select, insert on drill_event to mudan_centre;

alter table drill enable row level security;
create policy scope on drill using (
  mudan_sees(area_code, department, space) or mudan_sees(area_code, department, 0::smallint));
alter table drill_inject enable row level security;
create policy scope on drill_inject using (
  mudan_system() or exists (select 1 from drill d where d.id = drill_id));
alter table drill_event enable row level security;
create policy scope on drill_event using (
  mudan_system() or exists (select 1 from drill d where d.id = drill_id));
