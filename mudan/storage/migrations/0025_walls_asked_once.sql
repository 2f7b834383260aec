-- What the walls compare each row with is asked once for a statement, not once for a row: the settings of the scope
-- stand in scalar subqueries. `coalesce` around them keeps the planner from taking the wall for one that hardly any
-- row passes: it then reckons with half of them. `mudan_sees` says the same in words that are easier to read; policies
-- are written with it and then rewritten by `mudan_hoist`, which every migration that makes a policy calls at its end.
create function mudan_every_space() returns boolean language sql stable parallel safe
  return coalesce(current_setting('mudan.space', true) = '*', false);
create function mudan_space() returns integer language sql stable parallel safe
  return case when current_setting('mudan.space', true) ~ '^[0-9]{1,9}$' then current_setting('mudan.space', true)::integer end;
create function mudan_area() returns text language sql stable parallel safe
  return current_setting('mudan.area', true);
create function mudan_every_department() returns boolean language sql stable parallel safe
  return coalesce(current_setting('mudan.departments', true) = '*', false);
create function mudan_departments() returns text[] language sql stable parallel safe
  return string_to_array(current_setting('mudan.departments', true), ',');

create function mudan_hoisted(wall text) returns text language sql immutable strict
  return regexp_replace(regexp_replace(regexp_replace(wall,
    'mudan_sees\(([^,]+), ([^,]+), ((?:\([^()]*\)|[^()])+)\)',
    'coalesce(((select mudan_every_space()) or \3 = (select mudan_space()))'
    ' and starts_with(\1, (select mudan_area()))'
    ' and ((select mudan_every_department()) or \2 is null or \2 = any ((select mudan_departments())::text[])), false)', 'g'),
    '(?<!SELECT )mudan_system\(\)', '(select mudan_system())', 'g'),
    '(?<!SELECT )mudan_person\(\)', '(select mudan_person())', 'g');

create procedure mudan_hoist() language plpgsql as $$
declare
  one record;
  changed text;
begin
  for one in
    select p.schemaname, p.tablename, p.policyname, p.qual, p.with_check, mudan_hoisted(p.qual) as seen,
      mudan_hoisted(p.with_check) as made
    from pg_policies p where p.schemaname = 'public'
      and (mudan_hoisted(p.qual) is distinct from p.qual or mudan_hoisted(p.with_check) is distinct from p.with_check)
  loop
    changed := format('alter policy %I on %I.%I', one.policyname, one.schemaname, one.tablename);
    if one.qual is not null then
      changed := changed || format(' using (%s)', one.seen);
    end if;
    if one.with_check is not null then
      changed := changed || format(' with check (%s)', one.made);
    end if;
    execute changed;
  end loop;
end $$;
revoke all on procedure mudan_hoist from public;
call mudan_hoist();
