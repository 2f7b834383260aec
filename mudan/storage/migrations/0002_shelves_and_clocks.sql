-- Shelved alarms are looked for every second; frames kept under a wrong clock move into their day as
-- observations do; a unit's open tasks count wherever they are.

create index alarm_shelved on alarm (suppressed_until) where suppression <> 'none';

create or replace function make_partitions(first_day date, days int) returns setof text
  language plpgsql security definer set search_path = pg_catalog, public
as $$
declare
  d date;
  part text;
  parent text;
  moment text;
begin
  for d in select first_day + n from generate_series(0, days - 1) n loop
    foreach parent in array array['observation', 'frame_good'] loop
      part := parent || '_' || to_char(d, 'YYYYMMDD');
      moment := case parent when 'observation' then 'observed_at' else 'received_at' end;
      if to_regclass('public.' || part) is not null then continue; end if;
      execute format('create table public.%I (like public.%I including defaults including storage)',
                     part, parent);
      if parent = 'observation' then
        execute format('alter table public.%I add unique (entity, quantity, observed_at)', part);
      end if;
      execute format(
        'with moved as (delete from public.%I where %I >= %L and %I < %L returning *)'
        ' insert into public.%I select * from moved',
        parent || '_default', moment, d::timestamp at time zone 'UTC',
        moment, (d + 1)::timestamp at time zone 'UTC', part);
      execute format('alter table public.%I attach partition public.%I for values from (%L) to (%L)',
                     parent, part, d::timestamp at time zone 'UTC', (d + 1)::timestamp at time zone 'UTC');
      execute format('grant insert on public.%I to mudan_centre', part);
      return next part;
    end loop;
  end loop;
end $$;

-- The open tasks of a unit, to whoever sees the unit: one that is busy elsewhere is busy for everybody.
create function unit_tasks(unit_id uuid)
  returns table (id uuid, incident_id uuid, incident_number text, state text)
  language sql stable security definer set search_path = pg_catalog, public
as $$
  select t.id, t.incident_id, i.number, t.state
  from public.task t join public.incident i on i.id = t.incident_id
  where t.unit_id = unit_tasks.unit_id and t.ended_at is null order by t.created_at
$$;
