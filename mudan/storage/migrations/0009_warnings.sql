-- Warnings to the public: messages, what happened to them, and their delivery by channel.
-- A message is frozen when it is sent; what is not Actual, or is of an exercise, never leaves the sandbox.

create table warning (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  chain uuid not null,
  previous uuid references warning,
  state text not null
    check (state in ('draft', 'checked', 'approved', 'sent', 'updated', 'cancelled', 'expired', 'withdrawn')),
  status text not null check (status in ('Actual', 'Exercise', 'Test')),
  msg_type text not null check (msg_type in ('Alert', 'Update', 'Cancel')),
  level smallint not null check (level between 1 and 4),
  content jsonb not null,
  expires_at timestamptz not null,
  incident_id uuid references incident,
  origin text not null default '',
  author uuid not null,
  author_name text not null,
  created_at timestamptz not null,
  checker uuid,
  checker_name text not null default '',
  checked_at timestamptz,
  approver uuid,
  approver_name text not null default '',
  approved_at timestamptz,
  sent_by text not null default '',
  sent_at timestamptz,
  ended_at timestamptz,
  sender text,
  identifier text,
  document bytea,
  version int not null default 1,
  unique (space, identifier),
  constraint exercise_space_is_exercise check (space = 0 or status = 'Exercise'),
  constraint follows_something check ((msg_type = 'Alert') = (previous is null)),
  constraint checker_is_another check (checker <> author),
  constraint approver_is_another check (approver <> author),
  constraint checked_by_somebody
    check (state in ('draft', 'withdrawn') or (checker is not null and checked_at is not null)),
  constraint approved_by_somebody
    check (state in ('draft', 'checked', 'withdrawn') or (approver is not null and approved_at is not null)),
  constraint sent_whole
    check (state in ('draft', 'checked', 'approved', 'withdrawn')
           or (sent_at is not null and identifier is not null and sender is not null and document is not null))
);
create index warning_order on warning (space, created_at desc);
create index warning_chain on warning (chain, created_at);
create index warning_in_force on warning (expires_at) where state = 'sent';
create index warning_incident on warning (incident_id) where incident_id is not null;
create unique index warning_origin on warning (space, origin) where origin <> '';
-- One message at a time is made to follow another.
create unique index warning_successor on warning (previous) where state in ('draft', 'checked', 'approved');

-- What was sent stays as it was sent; a state goes forward only.
create function warning_keep() returns trigger language plpgsql as $$
begin
  if (new.id, new.space, new.status, new.msg_type, new.chain, new.previous, new.author)
     is distinct from (old.id, old.space, old.status, old.msg_type, old.chain, old.previous, old.author) then
    raise exception 'what a warning is cannot be changed';
  end if;
  if old.state not in ('draft', 'checked', 'approved') then
    if (new.content, new.level, new.expires_at, new.document, new.identifier, new.sender, new.sent_at, new.checker, new.approver)
       is distinct from
       (old.content, old.level, old.expires_at, old.document, old.identifier, old.sender, old.sent_at, old.checker, old.approver) then
      raise exception 'a warning that was sent cannot be changed';
    end if;
    if new.state <> old.state and (old.state <> 'sent' or new.state not in ('updated', 'cancelled', 'expired')) then
      raise exception 'a warning cannot go from % to %', old.state, new.state;
    end if;
  end if;
  return new;
end $$;
create trigger warning_keep before update on warning for each row execute function warning_keep();

create table warning_event (
  id bigint generated always as identity primary key,
  warning_id uuid not null references warning,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  from_state text not null,
  to_state text not null,
  reason text not null default '',
  detail jsonb not null default '{}'
);
create index warning_event_warning on warning_event (warning_id, id);

-- One row is one message by one channel to one receiver: it is delivered once, whatever dies on the way.
create table warning_delivery (
  id uuid primary key,
  warning_id uuid not null references warning,
  space smallint not null references space,
  channel text not null check (channel in ('feed', 'page', 'text', 'broadcast', 'webhook', 'sandbox')),
  target text not null default '',
  state text not null default 'pending' check (state in ('pending', 'claimed', 'delivered', 'failed', 'dropped')),
  attempts int not null default 0,
  created_at timestamptz not null,
  next_at timestamptz not null,
  claimed_by uuid,
  claimed_until timestamptz,
  delivered_at timestamptz,
  reason text not null default '',
  receipt jsonb not null default '{}',
  unique (warning_id, channel, target)
);
create index warning_delivery_open on warning_delivery (next_at) where state in ('pending', 'claimed');

create function warning_stays_in_the_sandbox() returns trigger language plpgsql
  security definer set search_path = pg_catalog, public
as $$
declare
  message record;
begin
  select w.space, w.status into message from public.warning w where w.id = new.warning_id;
  if new.space is distinct from message.space then
    raise exception 'a delivery belongs to the data space of its warning';
  end if;
  if (message.space <> 0 or message.status <> 'Actual') <> (new.channel = 'sandbox') then
    raise exception 'exercise and test warnings go into the sandbox only, real ones never';
  end if;
  return new;
end $$;
create trigger warning_stays_in_the_sandbox before insert or update on warning_delivery
  for each row execute function warning_stays_in_the_sandbox();

-- All that the public may see of warnings: real messages that were sent, without persons and inner marks.
create view public_warning as
  select id, chain, previous, state, msg_type, level, content - 'text_message' as content, expires_at, sent_at, ended_at, sender,
         identifier, document
  from warning
  where space = 0 and status = 'Actual' and state in ('sent', 'updated', 'cancelled', 'expired');

grant select, insert, update on warning, warning_delivery to mudan_centre;
grant select, insert on warning_event to mudan_centre;
grant select on public_warning to mudan_centre;

-- What keeps an incident open: a warning in force, or one being made. The owner's eyes, so that the guard
-- sees other departments' warnings as well.
create view matter_warning as
  select incident_id, id, '预警：' || (content -> 'headline' ->> 'zh') as zh,
         'warning: ' || coalesce(nullif(content -> 'headline' ->> 'en', ''), content -> 'headline' ->> 'zh') as en,
         state = 'sent' and msg_type <> 'Cancel' as mandatory
  from warning
  where incident_id is not null and (state in ('draft', 'checked', 'approved') or (state = 'sent' and msg_type <> 'Cancel'));
grant select on matter_warning to mudan_centre;

alter table warning enable row level security;
create policy scope on warning using (mudan_sees(area_code, department, space));
alter table warning_event enable row level security;
create policy scope on warning_event using (mudan_system() or exists (select 1 from warning w where w.id = warning_id));
alter table warning_delivery enable row level security;
create policy scope on warning_delivery using (mudan_system() or exists (select 1 from warning w where w.id = warning_id));
