-- Incidents under command: merging, relations, hand-overs; command posts; calls and reports; the county's stage.

-- incidents ---------------------------------------------------------------------------------------

alter table incident add column merged_into uuid references incident;
alter table incident add column void_reason text not null default '';
-- Who commands: which level of government, and the centre (area) that does. A hand-over changes both.
alter table incident add column authority text not null default 'county'
  check (authority in ('town', 'county', 'city', 'province'));
alter table incident add column command_area text not null default '';
update incident set command_area = left(area_code, 6) where command_area = '';
create index incident_merged on incident (merged_into) where merged_into is not null;
create index incident_opened on incident (space, opened_at desc);

-- A merge: what followed from source to target, and how the source stood, so that it can be undone.
create table incident_merge (
  id uuid primary key,
  source_id uuid not null references incident,
  target_id uuid not null references incident,
  at timestamptz not null,
  by text not null,
  reason text not null,
  moved jsonb not null,
  source_phase text not null,
  undone_at timestamptz,
  undone_by text,
  undone_reason text,
  check (source_id <> target_id)
);
create unique index incident_merge_standing on incident_merge (source_id) where undone_at is null;
create index incident_merge_target on incident_merge (target_id);

-- `cause`: from is a cause of to; `split`: to was split off from. `related` has no direction.
create table incident_relation (
  id uuid primary key,
  from_id uuid not null references incident,
  to_id uuid not null references incident,
  kind text not null check (kind in ('related', 'cause', 'split')),
  reason text not null,
  made_at timestamptz not null,
  made_by text not null,
  removed_at timestamptz,
  removed_by text,
  removed_reason text,
  check (from_id <> to_id)
);
create unique index incident_relation_standing
  on incident_relation (least(from_id, to_id), greatest(from_id, to_id)) where removed_at is null;
create index incident_relation_to on incident_relation (to_id);

-- A duplicate that somebody looked at and said that it is none: not suggested again.
create table incident_distinct (
  one_id uuid not null references incident,
  other_id uuid not null references incident,
  at timestamptz not null,
  by text not null,
  primary key (one_id, other_id),
  check (one_id < other_id)
);

-- Command handed up, down or aside: to a body outside (city, province) or to another of our centres (town, county).
create table incident_handover (
  id uuid primary key,
  incident_id uuid not null references incident,
  kind text not null check (kind in ('escalate', 'down', 'up')),
  from_authority text not null,
  from_area text not null,
  to_authority text not null check (to_authority in ('town', 'county', 'city', 'province')),
  to_area text not null,
  to_body text not null,
  with_command boolean not null,
  reason text not null,
  state text not null check (state in ('sent', 'received', 'declined', 'returned', 'withdrawn')),
  sent_at timestamptz not null,
  sent_by text not null,
  answered_at timestamptz,
  answered_by text not null default '',
  answer text not null default '',
  returned_at timestamptz,
  returned_by text not null default '',
  return_reason text not null default '',
  version int not null default 1
);
create unique index incident_handover_waiting on incident_handover (incident_id) where state = 'sent';
create index incident_handover_incident on incident_handover (incident_id, sent_at);

-- What still stands in the way of closing: one view `matter_<noun>` for each noun that has such matters. A view has
-- its owner's eyes: the guard counts what the person who closes may not see.
create view matter_task as
  select t.incident_id, t.id, u.name_zh || '：任务未结束' as zh, u.name_en || ': task not ended' as en, true as mandatory
  from task t join unit u on u.id = t.unit_id where t.ended_at is null;
create view matter_handover as
  select h.incident_id, h.id, '移交' || h.to_body || '：未签收' as zh, 'handed to ' || h.to_body || ': no receipt' as en,
    true as mandatory
  from incident_handover h where h.state = 'sent';

-- command posts -----------------------------------------------------------------------------------

-- The county's own set of working groups; 示例 until the county has set it.
create table post_group_kind (
  code text primary key,
  name_zh text not null,
  name_en text not null,
  section text not null check (section in ('command', 'operations', 'planning', 'logistics', 'finance')),
  task_zh text not null,
  position int not null,
  example boolean not null default true
);
insert into post_group_kind (code, name_zh, name_en, section, task_zh, position) values
  ('coordination', '综合协调组', 'Coordination', 'planning', '汇总情况、上传下达、协调各组', 1),
  ('rescue', '抢险救援组', 'Rescue', 'operations', '搜救被困人员、控制险情', 2),
  ('cordon', '警戒疏散组', 'Cordon and evacuation', 'operations', '现场警戒、交通管制、转移群众', 3),
  ('medical', '医疗救护组', 'Medical', 'operations', '现场急救、转运伤员、卫生防疫', 4),
  ('experts', '专家技术组', 'Experts', 'planning', '研判险情、提出处置建议', 5),
  ('monitoring', '环境监测组', 'Environmental monitoring', 'planning', '监测水、气、土并报告变化', 6),
  ('logistics', '后勤保障组', 'Logistics', 'logistics', '物资、车辆、食宿、油料', 7),
  ('communications', '通信保障组', 'Communications', 'logistics', '指挥通信、现场图像、供电', 8),
  ('publicity', '宣传报道组', 'Publicity', 'command', '信息发布、舆情引导', 9),
  ('aftermath', '善后处置组', 'Aftermath', 'finance', '安置、抚恤、赔偿、统计损失', 10);

create table post (
  id uuid primary key,
  space smallint not null references space,
  incident_id uuid not null references incident,
  area_code text not null,
  department text,
  name text not null,
  place text not null,
  lon double precision,
  lat double precision,
  contact text not null,
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  closed_by text not null default '',
  version int not null default 1
);
create unique index post_standing on post (incident_id) where closed_at is null;
create index post_incident on post (incident_id);

create table post_group (
  id uuid primary key,
  post_id uuid not null references post,
  kind text not null references post_group_kind,
  task text not null,
  place text not null default '',
  contact text not null default '',
  opened_at timestamptz not null,
  opened_by text not null,
  closed_at timestamptz,
  closed_by text not null default ''
);
create unique index post_group_standing on post_group (post_id, kind) where closed_at is null;

-- Who holds which place in the post, from when to when. A change ends one row and begins another.
create table post_seat (
  id uuid primary key,
  post_id uuid not null references post,
  group_id uuid references post_group,
  role text not null check (role in
    ('commander', 'deputy', 'safety', 'liaison', 'information', 'staff', 'leader', 'vice_leader', 'member')),
  person_id uuid references person,
  name text not null,
  organisation text not null,
  phone text not null,
  since timestamptz not null,
  seated_by text not null,
  until timestamptz,
  ended_by text not null default '',
  end_reason text not null default '',
  check ((group_id is null) = (role not in ('leader', 'vice_leader', 'member')))
);
create unique index post_seat_commander on post_seat (post_id) where role = 'commander' and until is null;
create unique index post_seat_leader on post_seat (group_id) where role = 'leader' and until is null;
create index post_seat_post on post_seat (post_id, since);

-- Which units work under which group.
create table post_unit (
  id uuid primary key,
  group_id uuid not null references post_group,
  task_id uuid not null references task,
  work text not null,
  since timestamptz not null,
  assigned_by text not null,
  until timestamptz
);
create unique index post_unit_standing on post_unit (task_id) where until is null;

create table command_transfer (
  id uuid primary key,
  post_id uuid not null references post,
  from_name text not null,
  to_name text not null,
  to_organisation text not null,
  to_phone text not null,
  to_person uuid references person,
  situation text not null,
  briefed_at timestamptz not null,
  offered_at timestamptz not null,
  offered_by text not null,
  state text not null check (state in ('offered', 'accepted', 'declined', 'withdrawn')),
  answered_at timestamptz,
  answered_by text not null default '',
  answered_how text not null default '' check (answered_how in ('', 'self', 'radio', 'phone', 'face')),
  answer text not null default ''
);
create unique index command_transfer_waiting on command_transfer (post_id) where state = 'offered';

-- calls and reports -------------------------------------------------------------------------------

create table report_number (
  space smallint not null,
  day date not null,
  kind text not null,
  last int not null,
  primary key (space, day, kind)
);

-- A call as it was taken down: who, what, where, harm, state, help asked. Never changed; a correction is a new line.
create table call_report (
  id uuid primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  number text not null,
  incident_id uuid references incident,
  called_at timestamptz not null,
  recorded_at timestamptz not null,
  taken_by text not null,
  channel text not null check (channel in ('phone', 'hotline', 'radio', 'visit', 'app', 'other')),
  reporter text not null,
  organisation text not null,
  phone text not null,
  kind text not null,
  happened_at timestamptz,
  lon double precision,
  lat double precision,
  address text not null,
  dead int check (dead >= 0),
  injured int check (injured >= 0),
  missing int check (missing >= 0),
  trapped int check (trapped >= 0),
  harm text not null,
  state text not null,
  help text not null,
  unique (space, number)
);
create index call_report_incident on call_report (incident_id);
create index call_report_recorded on call_report (space, recorded_at desc);

-- How soon what must be told to whom; 示例 until the county has set it.
create table report_rule (
  id int primary key,
  level smallint not null check (level between 1 and 4),
  body_zh text not null,
  body_en text not null,
  kind text not null check (kind in ('first', 'progress', 'final')),
  mode text not null check (mode in ('phone', 'written')),
  minutes int not null check (minutes > 0),
  example boolean not null default true,
  unique (level, body_zh, kind, mode)
);
insert into report_rule (id, level, body_zh, body_en, kind, mode, minutes)
select row_number() over (order by l.level, k.place)::int, l.level, l.zh, l.en, k.kind, k.mode,
  case k.place when 1 then l.phone when 2 then l.written when 3 then l.every else l.final end
from (values
    (1, '市应急指挥中心', 'City emergency command centre', 20, 40, 60, 1440),
    (2, '市应急指挥中心', 'City emergency command centre', 30, 60, 120, 1440),
    (3, '市应急局值班室', 'City emergency bureau, duty room', 30, 60, 240, 2880),
    (4, '县委县政府总值班室', 'County general duty room', 30, 60, 480, 4320)
  ) as l (level, zh, en, phone, written, every, final),
  (values (1, 'first', 'phone'), (2, 'first', 'written'), (3, 'progress', 'written'), (4, 'final', 'written'))
    as k (place, kind, mode);

-- A clock that a plan adds for one incident: once at `due_at`, or every so many minutes from `since`.
create table report_clock (
  id uuid primary key,
  incident_id uuid not null references incident,
  source text not null,
  body_zh text not null,
  body_en text not null,
  kind text not null check (kind in ('first', 'progress', 'final')),
  mode text not null check (mode in ('phone', 'written')),
  since timestamptz not null,
  minutes int not null check (minutes > 0),
  cancelled_at timestamptz,
  unique (incident_id, source, body_zh, kind, mode)
);

create table report (
  id uuid primary key,
  space smallint not null references space,
  incident_id uuid not null references incident,
  area_code text not null,
  department text,
  number text not null,
  kind text not null check (kind in ('first', 'progress', 'final')),
  mode text not null check (mode in ('phone', 'written')),
  serial int not null,
  state text not null check (state in ('draft', 'signed', 'sent', 'void')),
  title text not null,
  drafted_at timestamptz not null,
  drafted_by text not null,
  signed_at timestamptz,
  signed_by text not null default '',
  sent_at timestamptz,
  void_reason text not null default '',
  told_until bigint not null,
  version int not null default 1,
  unique (space, number)
);
create index report_incident on report (incident_id, drafted_at);

-- Every wording that a report has had; the last one counts.
create table report_version (
  report_id uuid not null references report,
  version int not null,
  body text not null,
  at timestamptz not null,
  by text not null,
  primary key (report_id, version)
);

create table report_delivery (
  id uuid primary key,
  report_id uuid not null references report,
  body text not null,
  channel text not null check (channel in ('phone', 'fax', 'text', 'mail', 'system', 'hand')),
  address text not null,
  state text not null check (state in ('waiting', 'sent', 'received', 'failed')),
  notice_id uuid,
  sent_at timestamptz not null,
  sent_by text not null,
  received_at timestamptz,
  received_by text not null default '',
  note text not null default ''
);
create index report_delivery_report on report_delivery (report_id);

-- the county's stage ------------------------------------------------------------------------------

-- `advise`: the stage is advised when any of these holds: so many open incidents of that level or graver.
create table stage_kind (
  number smallint primary key check (number between 1 and 5),
  name_zh text not null,
  name_en text not null,
  meaning_zh text not null,
  meaning_en text not null,
  advise jsonb not null,
  example boolean not null default true
);
insert into stage_kind (number, name_zh, name_en, meaning_zh, meaning_en, advise) values
  (1, '正常', 'Normal', '全县运行正常，没有影响公众的事件。', 'The county runs normally.', '[]'),
  (2, '关注', 'Attention', '有事件或预警，可能影响局部生活，请留意通知。',
   'Something may affect parts of the county; follow the notices.', '[{"level": 3, "count": 1}, {"level": 4, "count": 3}]'),
  (3, '警戒', 'High alert', '已有或即将有较大影响，请按通知做好准备。',
   'A high impact is there or is certain soon; get ready as told.', '[{"level": 2, "count": 1}, {"level": 3, "count": 3}]'),
  (4, '严重', 'Serious', '多起严重事件同时发生，超出日常应对能力，请减少外出。',
   'Several serious incidents at once exceed the immediate response; stay in.',
   '[{"level": 1, "count": 1}, {"level": 2, "count": 3}]'),
  (5, '危急', 'Critical', '超出本县应对能力，正在请求支援，请服从统一指挥。',
   'Beyond what the county can answer; help is called; follow the orders.', '[{"level": 1, "count": 3}]');

create table stage (
  seq bigint generated always as identity primary key,
  space smallint not null references space,
  area_code text not null,
  department text,
  number smallint not null references stage_kind,
  since timestamptz not null,
  set_at timestamptz not null,
  set_by text not null,
  why text not null,
  public_why text not null,
  advised smallint not null
);
create index stage_current on stage (space, area_code, seq desc);

-- What grounds there are for advising a stage: open incidents here; a noun above may add `ground_<noun>`.
create view ground_incident as
  select i.space, i.area_code, i.level from incident i
  where i.phase not in ('closed', 'rejected', 'duplicate', 'void', 'closing', 'recovery', 'transferred');

-- what the centre may do, and whose eyes see what ----------------------------------------------------

grant update, delete on incident_alarm to mudan_centre;
grant select, insert, update on incident_merge, incident_relation, incident_handover to mudan_centre;
grant select, insert on incident_distinct to mudan_centre;
grant select on matter_task, matter_handover, ground_incident to mudan_centre;
grant select, insert, update on post, post_group, post_seat, post_unit, command_transfer, post_group_kind to mudan_centre;
grant select, insert, update on report_number, report_rule, report_clock, report, report_delivery to mudan_centre;
grant select, insert on report_version to mudan_centre;
grant select, insert, update on call_report to mudan_centre;
grant select, update on stage_kind to mudan_centre;
grant select, insert on stage to mudan_centre;
grant delete on report_rule to mudan_centre;

alter table incident_merge enable row level security;
create policy scope on incident_merge using (
  mudan_system() or exists (select 1 from incident i where i.id in (source_id, target_id)));
alter table incident_relation enable row level security;
create policy scope on incident_relation using (
  mudan_system() or exists (select 1 from incident i where i.id in (from_id, to_id)));
alter table incident_distinct enable row level security;
create policy scope on incident_distinct using (
  mudan_system() or exists (select 1 from incident i where i.id in (one_id, other_id)));
alter table incident_handover enable row level security;
create policy scope on incident_handover using (
  mudan_system() or exists (select 1 from incident i where i.id = incident_id));
alter table post enable row level security;
create policy scope on post using (mudan_sees(area_code, department, space));
alter table post_group enable row level security;
create policy scope on post_group using (mudan_system() or exists (select 1 from post p where p.id = post_id));
alter table post_seat enable row level security;
create policy scope on post_seat using (mudan_system() or exists (select 1 from post p where p.id = post_id));
alter table post_unit enable row level security;
create policy scope on post_unit using (mudan_system() or exists (select 1 from post_group g where g.id = group_id));
alter table command_transfer enable row level security;
create policy scope on command_transfer using (mudan_system() or exists (select 1 from post p where p.id = post_id));
alter table call_report enable row level security;
create policy scope on call_report using (mudan_sees(area_code, department, space));
alter table report_clock enable row level security;
create policy scope on report_clock using (mudan_system() or exists (select 1 from incident i where i.id = incident_id));
alter table report enable row level security;
create policy scope on report using (mudan_sees(area_code, department, space));
alter table report_version enable row level security;
create policy scope on report_version using (mudan_system() or exists (select 1 from report r where r.id = report_id));
alter table report_delivery enable row level security;
create policy scope on report_delivery using (mudan_system() or exists (select 1 from report r where r.id = report_id));
alter table stage enable row level security;
-- The stage is public: whoever is in the data space reads it; only who sees the whole area may set it.
create policy scope on stage using (current_setting('mudan.space', true) in ('*', space::text))
  with check (mudan_sees(area_code, department, space));
