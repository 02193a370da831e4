-- Makes the database and its three roles, and sets their passwords to those of the secrets.
-- Run as superuser with psql, at every start: a changed password takes effect so. What each role may do is granted
-- afterwards, by `grant_roles`.

\set ON_ERROR_STOP on
\if :{?secrets}
\else
  \set secrets /run/secrets
\endif
\set owner_password `cat :'secrets'/owner_password`
\set web_password `cat :'secrets'/web_password`
\set scorer_password `cat :'secrets'/scorer_password`

SELECT format('CREATE ROLE %I LOGIN', role)
  FROM unnest(ARRAY['vindr_owner', 'vindr_web', 'vindr_scorer']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

ALTER ROLE vindr_owner PASSWORD :'owner_password';
ALTER ROLE vindr_web PASSWORD :'web_password';
ALTER ROLE vindr_scorer PASSWORD :'scorer_password';

SELECT 'CREATE DATABASE vindr OWNER vindr_owner'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'vindr')
\gexec

REVOKE ALL ON DATABASE vindr FROM PUBLIC;
GRANT CONNECT ON DATABASE vindr TO vindr_owner, vindr_web, vindr_scorer;
