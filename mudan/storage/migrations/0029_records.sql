-- Records: what other systems keep and tell us (service items, matters, reviews …), and what we tell them back.
-- They are of reality only; an exercise neither receives nor sends any.

-- One import, pull, push or file: what came, what was good, bad or there already.
create table record_run (
  id uuid primary key,
  platform text not null,
  feed text not null,
  channel text not null,
  name text not null,
  digest text not null default '',
  state text not null check (state in ('waiting', 'running', 'done', 'failed')),
  total int,
  reached int not null default 0,
  sent int not null default 0,
  good int not null default 0,
  bad int not null default 0,
  duplicate int not null default 0,
  opened int not null default 0,
  reason text not null default '',
  by text not null default '',
  started_at timestamptz not null,
  updated_at timestamptz not null,
  ended_at timestamptz
);
create index record_run_newest on record_run (platform, feed, started_at desc);
create index record_run_started on record_run (started_at desc);

create table record (
  platform text not null,
  feed text not null,
  source_id text not null,
  area_code text not null,
  content jsonb not null,
  raw jsonb not null,
  hash text not null,
  version int not null default 1,
  source_at timestamptz,
  received_at timestamptz not null,
  changed_at timestamptz not null,
  run uuid,
  opens jsonb,
  opens_at timestamptz,
  case_id uuid references case_file,
  primary key (platform, feed, source_id)
);
create index record_case on record (case_id) where case_id is not null;
create index record_opens on record (opens_at) where opens_at is not null and case_id is null;

create table record_bad (
  id bigint generated always as identity primary key,
  platform text not null,
  feed text not null,
  channel text not null,
  name text not null,
  run uuid not null,
  row int not null,
  raw jsonb not null,
  faults jsonb not null,
  received_at timestamptz not null,
  replayed_at timestamptz,
  replayed_by text,
  unique (run, row)
);
create index record_bad_open on record_bad (platform, feed, id desc) where replayed_at is null;

-- How far a pull has come; written in the transaction that keeps what it brought.
create table record_mark (
  platform text not null,
  feed text not null,
  channel text not null,
  value text not null,
  at timestamptz not null,
  primary key (platform, feed, channel)
);

-- Who may push: the secret is sealed with the centre's own, which is not in the database.
create table record_key (
  id text primary key,
  platform text not null,
  title text not null,
  sealed bytea not null,
  created_by text not null,
  created_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create table record_nonce (
  key_id text not null references record_key,
  nonce text not null,
  at timestamptz not null,
  primary key (key_id, nonce)
);
create index record_nonce_old on record_nonce (at);

-- What is told to the other system of a case that its record opened, in the order it happened.
create table record_delivery (
  id uuid primary key,
  platform text not null,
  feed text not null,
  source_id text not null,
  target text not null,
  case_id uuid not null references case_file,
  event_id bigint not null,
  kind text not null,
  payload jsonb not null,
  state text not null check (state in ('waiting', 'sent', 'accepted', 'handled', 'answered', 'failed')),
  attempts int not null default 0,
  next_at timestamptz,
  number text not null default '',
  reason text not null default '',
  created_at timestamptz not null,
  sent_at timestamptz,
  ended_at timestamptz,
  unique (target, event_id)
);
create index record_delivery_due on record_delivery (platform, next_at) where next_at is not null;
create index record_delivery_case on record_delivery (case_id, event_id);
create index record_delivery_newest on record_delivery (platform, created_at desc);

create table record_receipt (
  id uuid primary key,
  delivery_id uuid not null references record_delivery,
  kind text not null check (kind in ('accepted', 'handled', 'answered', 'failed')),
  text text not null,
  evidence jsonb not null,
  at timestamptz not null
);
create index record_receipt_delivery on record_receipt (delivery_id, at);

grant select, insert, update on record, record_run, record_bad, record_mark, record_key, record_delivery
  to mudan_centre;
grant select, insert on record_receipt to mudan_centre;
grant select, insert, delete on record_nonce to mudan_centre;

-- A record is read where its area is; whoever is bound to a department sees it through its case.
alter table record enable row level security;
create policy scope on record using (
  mudan_system()
  or (select current_setting('mudan.space', true)) in ('*', '0')
     and (select current_setting('mudan.departments', true)) = '*'
     and starts_with(area_code, (select current_setting('mudan.area', true))));
alter table record_run enable row level security;
create policy scope on record_run using (mudan_system());
alter table record_bad enable row level security;
create policy scope on record_bad using (mudan_system());
alter table record_mark enable row level security;
create policy scope on record_mark using (mudan_system());
alter table record_key enable row level security;
create policy scope on record_key using (mudan_system());
alter table record_nonce enable row level security;
create policy scope on record_nonce using (mudan_system());
alter table record_delivery enable row level security;
create policy scope on record_delivery using (mudan_system());
alter table record_receipt enable row level security;
create policy scope on record_receipt using (mudan_system());

call mudan_hoist();
