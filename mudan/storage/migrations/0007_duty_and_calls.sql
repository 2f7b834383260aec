-- Duty: positions, phone book, roster, swaps, hand-over, log. Calls: who calls whom until somebody answers.

-- How much faster time runs in an exercise; durations are divided by it.
alter table space add column scale real not null default 1 check (scale >= 1 and scale <= 60);
grant update (scale) on space to mudan_centre;

-- What somebody can be on duty as. `minimum` people at every hour, no more than `maximum` (0: as many as wished).
create table duty_position (
  code text primary key,
  title_zh text not null,
  title_en text not null,
  rank smallint not null,
  role text not null,
  minimum smallint not null default 0,
  maximum smallint not null default 0
);
insert into duty_position values
  ('leader_on_duty', '带班领导', 'Leader on duty', 1, 'leader', 1, 1),
  ('duty_chief', '值班长', 'Shift lead', 2, 'duty_officer', 0, 1),
  ('duty_officer', '值班员', 'Duty officer', 3, 'duty_officer', 1, 2),
  ('call_taker', '接警', 'Call taker', 4, 'dispatcher', 0, 0),
  ('dispatcher', '调度', 'Dispatcher', 5, 'dispatcher', 0, 0);

-- The phone book: people, households and rooms that can be reached; `person_id` where they have an account.
create table duty_contact (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  name text not null,
  post text not null default '',
  phone text not null default '',
  phone_other text not null default '',
  channels text[] not null default '{voice}',
  person_id uuid references person,
  example boolean not null default false,
  voided_at timestamptz,
  void_reason text not null default '',
  version int not null default 1
);
create unique index duty_contact_name on duty_contact (space, area_code, name, phone) where voided_at is null;

create table duty_shift (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  position text not null references duty_position,
  contact_id uuid not null references duty_contact,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  note text not null default '',
  source text not null check (source in ('hand', 'import', 'swap', 'example')),
  created_by text not null,
  created_at timestamptz not null,
  voided_at timestamptz,
  void_reason text not null default '',
  version int not null default 1,
  check (ends_at > starts_at and ends_at <= starts_at + interval '48 hours')
);
create unique index duty_shift_once on duty_shift (space, area_code, position, contact_id, starts_at)
  where voided_at is null;
create index duty_shift_time on duty_shift (space, ends_at) where voided_at is null;

create table duty_swap (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  shift_id uuid not null references duty_shift,
  contact_id uuid not null references duty_contact,
  other_shift_id uuid references duty_shift,
  reason text not null,
  state text not null check (state in ('asked', 'approved', 'refused', 'withdrawn')),
  asked_by text not null,
  asked_by_id uuid not null,
  asked_at timestamptz not null,
  decided_by text not null default '',
  decided_at timestamptz,
  decision_reason text not null default '',
  version int not null default 1
);
create unique index duty_swap_open on duty_swap (shift_id) where state = 'asked';

-- One hand-over of a desk: drafted, given by the side that goes, taken by the side that comes.
create table duty_handover (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  state text not null check (state in ('draft', 'given', 'taken', 'withdrawn')),
  since timestamptz not null,
  drafted_at timestamptz not null,
  drafted_by text not null,
  situation text not null default '',
  given_by text not null default '',
  given_by_id uuid,
  given_at timestamptz,
  taken_by text not null default '',
  taken_by_id uuid,
  taken_at timestamptz,
  withdraw_reason text not null default '',
  version int not null default 1,
  check (taken_by_id is null or taken_by_id <> given_by_id)
);
create unique index duty_handover_open on duty_handover (space, area_code, coalesce(department, ''))
  where state in ('draft', 'given');

create table duty_handover_item (
  id bigint generated always as identity primary key,
  handover_id uuid not null references duty_handover,
  noun text not null,
  subject text not null default '',
  text_zh text not null,
  text_en text not null,
  level smallint,
  due_at timestamptz,
  done boolean not null default false,
  note text not null default '',
  answer text not null default 'open' check (answer in ('open', 'accepted', 'refused')),
  answer_reason text not null default '',
  left_out boolean not null default false,
  unique (handover_id, noun, subject, text_zh)
);

-- What people write into the duty log. `corrects` names the line that this one puts right; nothing is changed.
create table duty_note (
  id bigint generated always as identity primary key,
  client_id uuid not null unique,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  at timestamptz not null,
  recorded_at timestamptz not null,
  author text not null,
  text text not null,
  corrects text,
  reason text not null default ''
);
create index duty_note_time on duty_note (space, at);

create table duty_event (
  id bigint generated always as identity primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  at timestamptz not null,
  noun text not null check (noun in ('shift', 'swap', 'handover', 'contact')),
  subject uuid not null,
  kind text not null,
  actor text not null,
  text_zh text not null,
  text_en text not null,
  detail jsonb not null default '{}'
);
create index duty_event_subject on duty_event (subject, id);
create index duty_event_time on duty_event (space, at);

-- calls (叫应) --------------------------------------------------------------------------------------

create table call_node (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  parent_id uuid references call_node,
  level text not null check (level in ('county', 'town', 'village', 'household')),
  name text not null,
  people int not null default 0,
  lon double precision,
  lat double precision,
  example boolean not null default false,
  voided_at timestamptz,
  void_reason text not null default '',
  version int not null default 1
);
create unique index call_node_name on call_node (space, area_code, level, name) where voided_at is null;
create index call_node_parent on call_node (parent_id);

create table call_node_contact (
  node_id uuid not null references call_node,
  position smallint not null,
  contact_id uuid not null references duty_contact,
  primary key (node_id, position)
);

create table call_run (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text references department,
  origin text,
  incident_id uuid references incident,
  title text not null,
  words text not null,
  level smallint not null check (level between 1 and 4),
  mode text not null check (mode in ('cascade', 'through')),
  lowest text not null check (lowest in ('county', 'town', 'village', 'household')),
  answer_within_s int not null check (answer_within_s between 30 and 3600),
  rounds smallint not null check (rounds between 1 and 5),
  state text not null check (state in ('running', 'finished', 'cancelled')),
  started_by text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  end_reason text not null default '',
  version int not null default 1
);
create unique index call_run_origin on call_run (space, origin) where origin is not null;
create index call_run_open on call_run (state) where state = 'running';

create table call_step (
  id uuid primary key,
  run_id uuid not null references call_run,
  parent_id uuid references call_step,
  node_id uuid not null references call_node,
  level text not null,
  name text not null,
  people int not null,
  lon double precision,
  lat double precision,
  state text not null check (state in ('pending', 'calling', 'answered', 'unreached', 'cancelled')),
  attempts smallint not null default 0,
  next_at timestamptz,
  escalated_at timestamptz,
  answered_at timestamptz,
  answered_by text not null default '',
  answered_how text not null default '',
  version int not null default 1,
  unique (run_id, node_id)
);
create index call_step_due on call_step (next_at) where state = 'calling';
create index call_step_run on call_step (run_id);

-- One try to reach one contact of a step, over which channel, until when, and what came of it.
create table call_attempt (
  id uuid primary key,
  step_id uuid not null references call_step,
  number smallint not null,
  contact_id uuid not null references duty_contact,
  name text not null,
  phone text not null,
  channel text not null,
  kind text not null check (kind in ('call', 'escalation')),
  notice_id uuid,
  state text not null check (state in ('calling', 'answered', 'missed', 'cancelled')),
  started_at timestamptz not null,
  deadline timestamptz not null,
  late boolean not null default false,
  ended_at timestamptz,
  device_at timestamptz,
  server_at timestamptz,
  receipt text not null default '',
  unique (step_id, number)
);

create table call_event (
  id bigint generated always as identity primary key,
  run_id uuid not null references call_run,
  step_id uuid references call_step,
  client_id uuid unique,
  at timestamptz not null,
  recorded_at timestamptz not null,
  kind text not null,
  actor text not null,
  text_zh text not null,
  text_en text not null,
  detail jsonb not null default '{}'
);
create index call_event_run on call_event (run_id, id);

-- what the centre may do, and the second wall ---------------------------------------------------------

grant select, insert, update on duty_position, duty_contact, duty_shift, duty_swap, duty_handover,
  duty_handover_item, call_node, call_run, call_step, call_attempt to mudan_centre;
grant select, insert on duty_note, duty_event, call_event to mudan_centre;
grant select, insert, delete on call_node_contact to mudan_centre;

alter table duty_contact enable row level security;
create policy scope on duty_contact using (mudan_sees(area_code, department, space));
alter table duty_shift enable row level security;
create policy scope on duty_shift using (mudan_sees(area_code, department, space));
alter table duty_swap enable row level security;
create policy scope on duty_swap using (mudan_sees(area_code, department, space));
alter table duty_handover enable row level security;
create policy scope on duty_handover using (mudan_sees(area_code, department, space));
alter table duty_handover_item enable row level security;
create policy scope on duty_handover_item using (
  mudan_system() or exists (select 1 from duty_handover h where h.id = handover_id));
alter table duty_note enable row level security;
create policy scope on duty_note using (mudan_sees(area_code, department, space));
alter table duty_event enable row level security;
create policy scope on duty_event using (mudan_sees(area_code, department, space));
alter table call_node enable row level security;
create policy scope on call_node using (mudan_sees(area_code, department, space));
alter table call_node_contact enable row level security;
create policy scope on call_node_contact using (
  mudan_system() or exists (select 1 from call_node n where n.id = node_id));
alter table call_run enable row level security;
create policy scope on call_run using (mudan_sees(area_code, department, space));
alter table call_step enable row level security;
create policy scope on call_step using (mudan_system() or exists (select 1 from call_run r where r.id = run_id));
alter table call_attempt enable row level security;
create policy scope on call_attempt using (
  mudan_system() or exists (select 1 from call_step s where s.id = step_id));
alter table call_event enable row level security;
create policy scope on call_event using (mudan_system() or exists (select 1 from call_run r where r.id = run_id));
