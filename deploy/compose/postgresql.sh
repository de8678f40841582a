#!/bin/sh
# Makes the role that the servers log in as, and its database. The image runs this once, as the superuser, on a new cluster; on one
# that is there already, run it by hand. psql reads the password itself: arguments are seen in the list of processes.
set -eu
psql -v ON_ERROR_STOP=1 -X -q -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\set password `printenv TINYGREP_PASSWORD`
CREATE ROLE tinygrep LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'password';
CREATE DATABASE tinygrep OWNER tinygrep;
REVOKE ALL ON DATABASE tinygrep FROM PUBLIC;
SQL
