-- Cases that were sent on to another authority's system, and what that system says of them. Of reality only.

create table case_referral (
  id uuid primary key,
  case_id uuid not null references case_file,
  platform text not null,
  mark text not null unique,
  service_code text not null,
  description text not null,
  address text not null,
  lon double precision,
  lat double precision,
  media_url text not null,
  state text not null check (state in
    ('waiting', 'sending', 'unsure', 'held', 'sent', 'accepted', 'closed', 'refused', 'withdrawn')),
  attempts int not null default 0,
  looks int not null default 0,
  attempted_at timestamptz,
  next_at timestamptz,
  token text not null default '',
  number text not null default '',
  reason text not null default '',
  asked_at timestamptz not null,
  asked_by text not null,
  asked_by_id uuid,
  -- Their receipts: taken (签收), last said of it (处置), done (反馈); with the answer they came with.
  sent_at timestamptz,
  accepted_at timestamptz,
  closed_at timestamptz,
  seen_at timestamptz,
  notes text not null default '',
  agency text not null default '',
  updated_at timestamptz,
  expected_at timestamptz,
  evidence jsonb not null default '{}'
);
create unique index case_referral_once on case_referral (case_id, platform)
  where state not in ('refused', 'withdrawn');
create index case_referral_due on case_referral (platform, next_at) where next_at is not null;
create index case_referral_number on case_referral (platform, number) where number <> '';

-- The key of the marks, so that nobody outside can make one.
create table case_referral_key (
  only_one boolean primary key default true check (only_one),
  key bytea not null
);
insert into case_referral_key (key)
  values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

-- What everybody may read is asked for newest first, a thousand at a time; how many of which class there are is told to
-- the planner, so that it walks this index instead of sorting every case of ninety days.
create index case_file_public on case_file (created_at desc, number desc) where space = 0 and state <> 'void';
create statistics case_file_offer on (type || '.' || class_code) from case_file;

grant select, insert, update on case_referral to mudan_centre;
grant select on case_referral_key to mudan_centre;

alter table case_referral enable row level security;
create policy scope on case_referral using (
  mudan_system() or exists (select 1 from case_file c where c.id = case_id));
alter table case_referral_key enable row level security;
create policy scope on case_referral_key using (mudan_system());
call mudan_hoist();
