-- Other systems that report and read by Open311: their keys, what they said beside the case, what everybody may read.

-- A key is shown once, when it is issued; what is kept of it is its hash, and its first signs to tell it by.
create table api_key (
  id uuid primary key,
  name text not null,
  department text references department,
  contact text not null,
  hash bytea not null unique,
  shown text not null,
  per_minute int not null check (per_minute between 1 and 6000),
  issued_at timestamptz not null,
  issued_by text not null,
  issued_by_id uuid,
  revoked_at timestamptz,
  revoked_by text not null default ''
);

-- What came with a case through that door. `print` is the hash of what was said by whom: the same again within minutes
-- is the same case. `token` stands for the number where a service answers in batches.
create table case_posted (
  case_id uuid primary key references case_file,
  space smallint not null references space,
  key_id uuid not null references api_key,
  token uuid not null unique,
  print bytea not null,
  media_url text not null,
  address_id text not null,
  at timestamptz not null
);
create index case_posted_print on case_posted (print, at desc);
create index case_event_latest on case_event (case_id, at desc) where from_state <> to_state;
create index case_event_stage on case_event (at) where kind = 'report' or from_state <> to_state;
create index case_file_number on case_file (number) where space = 0;

-- All that the public may see of cases: of reality, without reporters, forms, handlers and reasons. Words and an exact
-- place only of what was reported through a door that says they are public; of others the place to some hundred metres.
create view public_request as
  select c.id, c.number, c.type, c.class_code, c.state, c.created_at as requested_at,
         c.closed_at is not null or c.ended_at is not null as closed,
         coalesce(c.closed_at, c.ended_at, (select max(e.at) from case_event e where e.case_id = c.id
           and e.from_state <> e.to_state), c.created_at) as updated_at,
         case when c.closed_at is null and c.ended_at is null then
           (select max(k.due_at) from case_clock k where k.case_id = c.id and k.ended_at is null) end as expected_at,
         d.name_zh as agency_zh, d.name_en as agency_en, m.number as main_number, p.token,
         coalesce(p.media_url, '') as media_url, coalesce(p.address_id, '') as address_id,
         case when p.case_id is null then '' else c.text end as text,
         case when p.case_id is null then '' else c.address end as address,
         case when p.case_id is null then round(c.lon::numeric, 3)::double precision else c.lon end as lon,
         case when p.case_id is null then round(c.lat::numeric, 3)::double precision else c.lat end as lat
  from case_file c
  left join case_posted p on p.case_id = c.id
  left join department d on d.code = c.department
  left join case_file m on m.id = c.main_id
  where c.space = 0 and c.state <> 'void';

-- When it came to which stage; neither by whom nor why.
create view public_request_stage as
  select e.case_id, e.at, e.to_state as state
  from case_event e join case_file c on c.id = e.case_id
  where c.space = 0 and c.state <> 'void' and (e.kind = 'report' or e.from_state <> e.to_state);

grant select, insert, update on api_key to mudan_centre;
grant select, insert on case_posted to mudan_centre;
grant select on public_request, public_request_stage to mudan_centre;

alter table api_key enable row level security;
create policy scope on api_key using (mudan_system());
alter table case_posted enable row level security;
create policy scope on case_posted using (mudan_system() or exists (select 1 from case_file c where c.id = case_id));
call mudan_hoist();
