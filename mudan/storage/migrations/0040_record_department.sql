-- Whose record it is, as its source words it: whoever is bound to a department of that name or code sees it.
alter table record add column department text;
update record set department = content ->> 'department_name'
  where platform = 'government_services' and content ? 'department_name';
drop policy scope on record;
create policy scope on record using (
  mudan_system()
  or (select current_setting('mudan.space', true)) in ('*', '0')
     and starts_with(area_code, (select current_setting('mudan.area', true)))
     and ((select current_setting('mudan.departments', true)) = '*'
          or department = any (array(
            select unnest(array[d.code, d.name_zh]) from department d
            where d.code = any (string_to_array(current_setting('mudan.departments', true), ','))))));
call mudan_hoist();
