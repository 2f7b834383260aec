-- When a unit that is on its way may be turned to something graver: the county's own table. What is not here is as
-- shipped (示例). And: roads that an incident closed are named before it closes; the tasks of a thousand units are
-- read at once.

create table diversion_policy (
  space smallint not null references space,
  level smallint not null check (level between 1 and 4),
  levels smallint[] not null check (levels <@ array[1, 2, 3, 4]::smallint[]),
  least_gain_s int not null check (least_gain_s between 0 and 7200),
  changed_by text not null,
  changed_at timestamptz not null,
  primary key (space, level)
);
grant select, insert, update on diversion_policy to mudan_centre;
alter table diversion_policy enable row level security;
create policy scope on diversion_policy using (current_setting('mudan.space', true) in ('*', space::text));

create view matter_closure as
  select c.incident_id, c.id, '道路封闭未解除：' || c.reason as zh, 'a road is still closed: ' || c.reason as en,
    false as mandatory
  from road_closure c where c.incident_id is not null and c.ended_at is null;
grant select on matter_closure to mudan_centre;

-- As `unit_tasks`, of all units: whoever sees a unit joins it with this.
create function open_unit_tasks()
  returns table (unit_id uuid, id uuid, incident_id uuid, incident_number text, state text, since timestamptz,
    starts_at timestamptz)
  language sql stable security definer set search_path = pg_catalog, public
as $$
  select t.unit_id, t.id, t.incident_id, i.number, t.state,
    coalesce((t.stamps ->> t.state)::timestamptz, t.created_at), t.starts_at
  from public.task t join public.incident i on i.id = t.incident_id where t.ended_at is null order by t.created_at
$$;

-- A free unit that was told to wait elsewhere, so that the next call is reached in time.
create table dispatch_move (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  unit_id uuid not null references unit,
  at timestamptz not null,
  by text not null,
  post text not null,
  lon double precision not null,
  lat double precision not null,
  command_id uuid
);
create index dispatch_move_unit on dispatch_move (space, at desc);
grant select, insert on dispatch_move to mudan_centre;
alter table dispatch_move enable row level security;
create policy scope on dispatch_move using (mudan_sees(area_code, department, space));
