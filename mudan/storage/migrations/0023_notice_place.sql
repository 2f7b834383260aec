-- Where a notice is about, so that a phone can lead there.
alter table notice
  add column lon double precision,
  add column lat double precision,
  add constraint notice_place check ((lon is null) = (lat is null));
