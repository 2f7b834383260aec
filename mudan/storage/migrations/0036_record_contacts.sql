-- When each source of records was heard last, whether or not it had anything to say.
create table record_contact (
  platform text not null,
  feed text not null,
  channel text not null,
  heard_at timestamptz,
  rows_at timestamptz,
  failed_at timestamptz,
  reason text not null default '',
  primary key (platform, feed, channel)
);
-- Sources that spoke before this was kept.
insert into record_contact (platform, feed, channel, heard_at, rows_at)
  select platform, feed, channel, max(updated_at), max(updated_at) filter (where sent > 0) from record_run
  where channel in ('push', 'poll', 'pull', 'drop', 'wire') group by 1, 2, 3;

grant select, insert, update on record_contact to mudan_centre;
alter table record_contact enable row level security;
create policy scope on record_contact using (mudan_system());

-- Records are leafed through newest first.
create index record_newest on record (platform, feed, changed_at desc, source_id);

call mudan_hoist();
