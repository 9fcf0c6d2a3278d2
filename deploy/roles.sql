-- The two roles and the database of Bureau on a PostgreSQL of your own (16 or newer, pgvector 0.8
-- or newer). Run as a superuser:
--
--   psql -v owner_password=… -v app_password=… -f roles.sql postgres
--
-- It may be run again; passwords are set anew each time.
\set ON_ERROR_STOP on
-- what is lacking is told before anything is made
do $$
declare
    needed constant text[] := array['vector', 'pg_trgm', 'unaccent', 'btree_gin'];
    lacking text;
    vectors text;
begin
    if current_setting('server_version_num')::int < 160000 then
        raise exception 'This is PostgreSQL %, and Bureau needs 16 or newer. Nothing was made.',
            current_setting('server_version');
    end if;
    select string_agg(name, ', ') into lacking from unnest(needed) as name
    where name not in (select extension.name from pg_available_extensions as extension);
    if lacking is not null then
        raise exception 'This server lacks the extensions: %. Nothing was made.', lacking
            using hint = 'pgvector: install the package postgresql-'
                || current_setting('server_version_num')::int / 10000 || '-pgvector. The others: postgresql-contrib.';
    end if;
    select default_version into vectors from pg_available_extensions where name = 'vector';
    if string_to_array(vectors, '.')::int[] < array[0, 8] then
        raise exception 'This server has pgvector %, and Bureau needs 0.8 or newer. Nothing was made.', vectors;
    end if;
end $$;
select 'create role bureau_owner login' where not exists (select from pg_roles where rolname = 'bureau_owner') \gexec
select 'create role bureau_app login' where not exists (select from pg_roles where rolname = 'bureau_app') \gexec
alter role bureau_owner password :'owner_password';
-- of the server's 100 connections: the rest is for migrations, backups and you
alter role bureau_app password :'app_password' connection limit 85;
-- a killed import or request gives its locks back at once, not when its statement ends
alter role bureau_app set client_connection_check_interval = '2s';
-- compiling the plan of a search takes longer than the search
alter role bureau_app set jit = off;

-- one collation on every host
select 'create database bureau owner bureau_owner template template0 encoding ''UTF8'' locale_provider builtin builtin_locale ''C.UTF-8'' locale ''C'''
where current_setting('server_version_num')::int >= 170000
  and not exists (select from pg_database where datname = 'bureau') \gexec
select 'create database bureau owner bureau_owner template template0 encoding ''UTF8'' locale ''C.UTF-8'''
where current_setting('server_version_num')::int < 170000
  and not exists (select from pg_database where datname = 'bureau') \gexec
revoke all on database bureau from public;
grant connect on database bureau to bureau_app;

\connect bureau
-- not a trusted extension: only a superuser creates it
create extension if not exists vector;
create extension if not exists pg_trgm;
create extension if not exists unaccent;
create extension if not exists btree_gin;
alter schema public owner to bureau_owner;
revoke all on schema public from public;
grant usage on schema public to bureau_app;
-- the owner changes the schema, the application reads and writes rows; `events_event` and its seals
-- are closed to changes by their own migration
alter default privileges for role bureau_owner in schema public grant select, insert, update, delete on tables to bureau_app;
alter default privileges for role bureau_owner in schema public grant usage, select on sequences to bureau_app;
