-- When a unit that is on its way may be turned to something graver: the county's own table. What is not here is as
-- shipped (示例). And: roads that an incident closed are named before it closes.

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
