-- Which roles and which database does the centre need? Run once, as a superuser, on PostgreSQL 15 or later:
--
--   psql -v owner_password="…" -v centre_password="…" -f deploy/database.sql postgres
--
-- mudan_owner   owns every table; used by `mudan migrate` only (MUDAN_MIGRATION_URL)
-- mudan_centre  owns nothing and is bound by row-level security; the running centre (MUDAN_DATABASE_URL)

\set ON_ERROR_STOP on

set password_encryption = 'scram-sha-256';
create role mudan_owner login nosuperuser nocreatedb nocreaterole nobypassrls password :'owner_password';
create role mudan_centre login nosuperuser nocreatedb nocreaterole nobypassrls password :'centre_password';

create database mudan owner mudan_owner encoding 'UTF8' template template0;
revoke all on database mudan from public;
grant connect, temporary on database mudan to mudan_centre;

alter database mudan set timezone to 'UTC';
alter database mudan set jit to off;
