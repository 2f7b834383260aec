-- Reviews: what the log said at a moment, kept word for word and signed by a second person.

-- The subject is an incident, a response or an exercise; who sees it sees its reviews. An exercise is seen from
-- reality, so that what was learned in it can be read there: its rows have no data space of their own.
create table review_version (
  id uuid primary key,
  kind text not null check (kind in ('incident', 'response', 'drill')),
  subject uuid not null,
  number int not null check (number > 0),
  made_at timestamptz not null,
  made_by text not null,
  made_by_id uuid not null,
  note text not null default '',
  sign_role text not null,
  paper jsonb not null,
  record jsonb not null,
  hash text not null check (hash ~ '^[0-9a-f]{64}$'),
  signed_at timestamptz,
  signed_by text not null default '',
  signed_by_id uuid,
  sign_note text not null default '',
  unique (kind, subject, number),
  check (signed_by_id <> made_by_id),
  check ((signed_at is null) = (signed_by_id is null))
);

-- A version never changes; it is signed once.
create function review_version_keep() returns trigger language plpgsql as $$
begin
  if old.signed_at is not null
     or (to_jsonb(new) - '{signed_at,signed_by,signed_by_id,sign_note}'::text[])
        is distinct from (to_jsonb(old) - '{signed_at,signed_by,signed_by_id,sign_note}'::text[]) then
    raise exception 'a version of a review cannot be changed';
  end if;
  return new;
end $$;
create trigger review_version_keep before update on review_version
  for each row execute function review_version_keep();

-- How far an exercise reached one of its objectives, as a person judged; the last of an objective counts.
create table review_judgement (
  id uuid primary key,
  drill_id uuid not null references drill,
  objective int not null check (objective > 0),
  verdict text not null check (verdict in ('met', 'partly', 'not_met', 'not_tried')),
  note text not null default '',
  at timestamptz not null,
  by text not null,
  by_id uuid not null
);
create index review_judgement_drill on review_judgement (drill_id, objective, at);

-- What is replayed is looked for by time.
create index alarm_event_time on alarm_event (at);
create index incident_event_time on incident_event (at);

grant select, insert on review_version, review_judgement to mudan_centre;
grant update (signed_at, signed_by, signed_by_id, sign_note) on review_version to mudan_centre;

alter table review_version enable row level security;
create policy scope on review_version using (
  mudan_system()
  or (kind = 'incident' and exists (select 1 from incident i where i.id = subject))
  or (kind = 'response' and exists (select 1 from response r where r.id = subject))
  or (kind = 'drill' and exists (select 1 from drill d where d.id = subject)));
alter table review_judgement enable row level security;
create policy scope on review_judgement using (
  mudan_system() or exists (select 1 from drill d where d.id = drill_id));
