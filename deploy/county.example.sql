-- Which divisions, departments and units does the county have? An example to be rewritten with your own.
--
--   psql -f deploy/county.sql "$MUDAN_MIGRATION_URL"
--
-- Run as mudan_owner after `mudan migrate`; running it again changes what has changed. Accounts need at least one
-- area. A unit is somebody who can be sent: kind is patrol, ambulance, fire or flood_rescue.

\set ON_ERROR_STOP on
begin;

insert into area (code, name_zh, name_en, level) values
  ('500231', '垫江县', 'Dianjiang County', 'county'),
  ('500231001', '桂溪街道', 'Guixi Subdistrict', 'town'),
  ('500231002', '桂阳街道', 'Guiyang Subdistrict', 'town')
on conflict (code) do update
  set name_zh = excluded.name_zh, name_en = excluded.name_en, level = excluded.level;

insert into department (code, name_zh, name_en, area_code) values
  ('emergency', '应急局', 'Emergency management bureau', '500231'),
  ('water', '水利局', 'Water bureau', '500231')
on conflict (code) do update
  set name_zh = excluded.name_zh, name_en = excluded.name_en, area_code = excluded.area_code;

insert into unit (id, code, name_zh, name_en, kind, capabilities, crew_count, home_lon, home_lat, area_code,
                  department) values
  (gen_random_uuid(), 'flood-01', '防汛抢险一队', 'Flood rescue crew 1', 'flood_rescue',
   '{rescue,swift_water,pump,evacuation}', 6, 107.3465, 30.3312, '500231001', 'emergency')
on conflict (space, code) do update
  set name_zh = excluded.name_zh, name_en = excluded.name_en, kind = excluded.kind,
      capabilities = excluded.capabilities, crew_count = excluded.crew_count, home_lon = excluded.home_lon,
      home_lat = excluded.home_lat, area_code = excluded.area_code, department = excluded.department;

-- A unit's vehicle, once the vehicle is registered (README.md, "The first real device"), and its crew:
--   update unit set vehicle = (select key from entity where urn = 'urn:ngsi-ld:Vehicle:013900000001')
--     where code = 'flood-01';
--   insert into unit_member (unit_id, person_id)
--     select u.id, p.id from unit u, person p where u.code = 'flood-01' and p.login = 'zhang';

commit;
