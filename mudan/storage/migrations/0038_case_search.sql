-- Words are found by their pairs of characters, which serves Chinese and numbers alike and needs no extension.
create function mudan_pairs(words text) returns text[] language sql immutable strict parallel safe as $$
  select array_agg(distinct pair) from (
    select one || lead(one) over (order by place) as pair
    from unnest(string_to_array(words, null)) with ordinality as u (one, place)
  ) p where pair is not null
$$;
create index case_file_pairs on case_file using gin (mudan_pairs(words)) with (gin_pending_list_limit = 512);

-- The wall is asked before any function that could tell of what it reads, so an index by words is no use behind it.
-- This names cases without regard to the wall, and nothing of them; who asks puts the wall behind it. Null: too many to
-- name, or too short to look for.
create function mudan_cases_that_say(text, int, int) returns uuid[]
  language sql stable security definer set search_path = pg_catalog, public as $$
  select case when mudan_pairs($1) is null or count(*) > $3 then null else coalesce(array_agg(id), '{}') end from (
    select id from case_file where mudan_pairs(words) @> mudan_pairs($1) and strpos(words, $1) > 0 and space = $2
    limit $3 + 1
  ) found
$$;
revoke execute on function mudan_cases_that_say(text, int, int) from public;
grant execute on function mudan_cases_that_say(text, int, int) to mudan_centre;

call mudan_hoist();
