-- Supplies: stores with stock that only movements change, shelters, needs, orders between departments and
-- counties, and the messages that passed (EDXL-RM 1.0).

create table material (
  space smallint not null references space,
  code text not null,
  name_zh text not null,
  name_en text not null,
  unit_zh text not null,
  unit_en text not null,
  category text not null,
  primary key (space, code)
);

create table store (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  code text not null,
  name_zh text not null,
  name_en text not null,
  address text not null default '',
  lon double precision,
  lat double precision,
  contact text not null default '',
  phone text not null default '',
  example boolean not null default false,
  voided_at timestamptz,
  void_reason text not null default '',
  version int not null default 1,
  unique (space, code)
);

create table store_minimum (
  store_id uuid not null references store,
  material text not null,
  minimum double precision not null check (minimum >= 0),
  primary key (store_id, material)
);

-- Append-only: what is in a store is the sum of its movements, by lot (the day it expires).
create table movement (
  id bigint generated always as identity primary key,
  client_id uuid not null unique,
  store_id uuid not null references store,
  material text not null,
  expires_on date,
  quantity double precision not null,
  kind text not null check (kind in ('in', 'out', 'count', 'write_off', 'lent', 'returned')),
  counted double precision,
  reason text not null,
  order_id uuid,
  actor text not null,
  device_at timestamptz not null,
  recorded_at timestamptz not null
);
create index movement_store on movement (store_id, material, expires_on);

create table shelter (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  code text not null,
  name_zh text not null,
  name_en text not null,
  address text not null default '',
  lon double precision,
  lat double precision,
  capacity int not null check (capacity >= 0),
  services text[] not null default '{}',
  contact text not null default '',
  phone text not null default '',
  example boolean not null default false,
  state text not null default 'closed' check (state in ('closed', 'open')),
  occupancy int not null default 0 check (occupancy >= 0),
  occupancy_at timestamptz,
  occupancy_by text not null default '',
  version int not null default 1,
  unique (space, code)
);

create table shelter_event (
  id bigint generated always as identity primary key,
  client_id uuid not null unique,
  shelter_id uuid not null references shelter,
  kind text not null check (kind in ('opened', 'closed', 'occupancy')),
  occupancy int not null,
  note text not null default '',
  actor text not null,
  device_at timestamptz not null,
  recorded_at timestamptz not null
);
create index shelter_event_shelter on shelter_event (shelter_id, id);

create table need (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  incident_id uuid references incident,
  title text not null,
  material text,
  quantity double precision not null check (quantity > 0),
  unit text not null,
  needed_by timestamptz,
  place text not null default '',
  lon double precision,
  lat double precision,
  note text not null default '',
  created_by text not null,
  created_at timestamptz not null,
  withdrawn_at timestamptz,
  withdrawn_by text not null default '',
  withdraw_reason text not null default '',
  version int not null default 1
);
create index need_open on need (space) where withdrawn_at is null;

-- `party`: who is asked (or asks, when `incoming`): a department's code or another county's name.
create table resource_order (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  to_department text,
  need_id uuid references need,
  number text not null,
  party text not null,
  incoming boolean not null default false,
  title text not null,
  material text,
  asked double precision not null check (asked > 0),
  unit text not null,
  granted double precision not null default 0 check (granted >= 0),
  returned double precision not null default 0 check (returned >= 0),
  store_id uuid references store,
  arrival_at timestamptz,
  state text not null,
  originating text not null,
  last_message text not null,
  element text not null,
  created_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz,
  version int not null default 1,
  unique (space, number),
  unique (space, originating)
);
create index resource_order_open on resource_order (space) where ended_at is null;
create index resource_order_need on resource_order (need_id);

create table resource_message (
  seq bigint generated always as identity primary key,
  space smallint not null,
  message_id text not null,
  order_id uuid not null references resource_order,
  kind text not null,
  verb text not null,
  incoming boolean not null,
  quantity double precision,
  reason text not null default '',
  actor text not null,
  at timestamptz not null,
  recorded_at timestamptz not null,
  xml text not null,
  unique (space, message_id)
);
create index resource_message_order on resource_message (order_id, seq);

create table resource_number (
  space smallint not null,
  day date not null,
  last int not null,
  primary key (space, day)
);

grant select, insert, update on material, store, store_minimum, shelter, need, resource_order, resource_number
  to mudan_centre;
grant select, insert on movement, shelter_event, resource_message to mudan_centre;

alter table material enable row level security;
create policy scope on material using (current_setting('mudan.space', true) in ('*', space::text));
alter table store enable row level security;
create policy scope on store using (mudan_sees(area_code, department, space));
alter table store_minimum enable row level security;
create policy scope on store_minimum using (mudan_system() or exists (select 1 from store s where s.id = store_id));
alter table movement enable row level security;
create policy scope on movement using (mudan_system() or exists (select 1 from store s where s.id = store_id));
alter table shelter enable row level security;
create policy scope on shelter using (mudan_sees(area_code, department, space));
alter table shelter_event enable row level security;
create policy scope on shelter_event using (mudan_system() or exists (select 1 from shelter s where s.id = shelter_id));
alter table need enable row level security;
create policy scope on need using (mudan_sees(area_code, department, space));
alter table resource_order enable row level security;
create policy scope on resource_order using (
  mudan_sees(area_code, department, space)
  or (to_department is not null and mudan_sees(area_code, to_department, space)));
alter table resource_message enable row level security;
create policy scope on resource_message using (
  mudan_system() or exists (select 1 from resource_order o where o.id = order_id));
