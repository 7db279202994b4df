-- What one account may do to others through sync is bounded, and many changes at once are numbered faster.

-- What earlier revisions of the same upgrade have changed is numbered now, in their own way.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

-- Values that would stop whoever fetches them: every account can write to its own rows with any program.
--
-- A moment lies where every program can count; JSON is an object that nobody gets lost in; no row is larger than what
-- arrives within a minute. What is there is put right, but for its size.
--
-- The conditions are written out: a function in them would be looked up anew for each statement.

DO $$
DECLARE
  earliest constant timestamptz := '1970-01-01 00:00:00+00';
  latest constant timestamptz := '9000-01-01 00:00:00+00';
  plain text;
  one record;
BEGIN
  FOR one IN
    SELECT columns.table_name, columns.column_name
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'timestamp with time zone'
  LOOP
    EXECUTE format(
      'UPDATE %1$I SET %2$I = greatest(least(%2$I, %4$L), %3$L) WHERE NOT %2$I BETWEEN %3$L AND %4$L',
      one.table_name, one.column_name, earliest, latest
    );
    EXECUTE format(
      'ALTER TABLE %1$I ADD CONSTRAINT %5$I CHECK (%2$I BETWEEN %3$L AND %4$L)',
      one.table_name, one.column_name, earliest, latest, format('ck_%s_%s', one.table_name, one.column_name)
    );
  END LOOP;
  FOR one IN
    SELECT * FROM (VALUES ('llm_interactions', 'guard'), ('llm_interactions', 'feedback'), ('models', 'parameters'))
      AS written (table_name, column_name)
  LOOP
    plain := format('(jsonb_typeof(%1$I) = ''object'' AND NOT %1$I @? ''$.**{8}'')', one.column_name);
    EXECUTE format('UPDATE %1$I SET %2$I = ''{}'' WHERE NOT %3$s', one.table_name, one.column_name, plain);
    EXECUTE format(
      'ALTER TABLE %1$I ADD CONSTRAINT %2$I CHECK %3$s',
      one.table_name, format('ck_%s_%s', one.table_name, one.column_name), plain
    );
  END LOOP;
  FOR one IN
    SELECT table_name, string_agg(
      CASE data_type WHEN 'text' THEN format('coalesce(octet_length(%I), 0)', column_name)
      ELSE format('coalesce(pg_column_size(%I), 0)', column_name) END, ' + ' ORDER BY ordinal_position
    ) AS size
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type IN ('text', 'jsonb')
      AND table_name NOT LIKE 'sync%'
    GROUP BY table_name
  LOOP
    EXECUTE format(
      'ALTER TABLE %1$I ADD CONSTRAINT %2$I CHECK (%3$s <= 64000000) NOT VALID',
      one.table_name, format('ck_%s_size', one.table_name), one.size
    );
  END LOOP;
END $$;

-- Which machine a change comes from says a mark that nobody else can have: a machine does not fetch its own changes,
-- so who could pass for another's machine could hide changes from it.

CREATE FUNCTION sync_mark(p_node_id uuid) RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
RETURN encode(substring(sha256(convert_to(taco_user_id()::text || p_node_id::text, 'UTF8')) FROM 1 FOR 16), 'hex')::uuid;

REVOKE EXECUTE ON FUNCTION sync_mark(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sync_mark(uuid) TO taco_student, taco_teacher, taco_admin;

ALTER TABLE sync_nodes DROP CONSTRAINT sync_nodes_pkey;
ALTER TABLE sync_nodes ADD PRIMARY KEY (user_id, node_id);

-- Begins a batch in this transaction; false when it is behind one that is here already. An account's batches come one
-- after the other, whichever of its machines they come from: each sees what the one before it has put in.
CREATE OR REPLACE FUNCTION sync_begin_batch(p_node_id uuid, p_batch bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('sync_begin_batch ' || taco_user_id(), 0));
  INSERT INTO sync_nodes AS node VALUES (p_node_id, taco_user_id(), p_batch, now())
  ON CONFLICT (user_id, node_id) DO UPDATE SET batch = excluded.batch, seen_at = excluded.seen_at
  WHERE node.batch < excluded.batch;
  PERFORM set_config('taco.sync_node', p_node_id::text, true) WHERE FOUND;
  RETURN FOUND;
END $$;

-- The ids of what a statement has changed are kept together: a push of thousands of rows would write and delete a row
-- for each. They do not compress.

DROP TABLE sync_pending;

CREATE UNLOGGED TABLE sync_pending (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  scope_id uuid NOT NULL,
  table_name text COLLATE "C" NOT NULL,
  user_id uuid,
  row_ids uuid[] NOT NULL
);

ALTER TABLE sync_pending ALTER row_ids SET STORAGE EXTERNAL;
ALTER TABLE sync_pending ENABLE ROW LEVEL SECURITY;

CREATE INDEX ix_sync_pending_xid ON sync_pending (xid);

-- What tells rows apart comes first, since that is compared quickly.
ALTER TABLE sync_changes DROP CONSTRAINT sync_changes_pkey;
ALTER TABLE sync_changes ALTER table_name TYPE text COLLATE "C";
ALTER TABLE sync_changes ADD PRIMARY KEY (row_id, scope_id, table_name);

-- Numbers a transaction's changes. Counters are locked in one order, so that transactions do not block each other.
CREATE OR REPLACE FUNCTION sync_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  mark constant uuid := sync_mark(nullif(current_setting('taco.sync_node', true), '')::uuid);
BEGIN
  WITH pending AS (
    DELETE FROM sync_pending WHERE xid = NEW.xid RETURNING scope_id, table_name, user_id, row_ids
  ), changed AS (
    SELECT DISTINCT ON (row_id, scope_id, table_name) scope_id, table_name, row_id, user_id
    FROM pending, unnest(row_ids) AS row_id
  ), counted AS (
    INSERT INTO sync_counters AS counter (scope_id, seq)
    SELECT scope_id, count(*) FROM changed GROUP BY scope_id ORDER BY scope_id
    ON CONFLICT (scope_id) DO UPDATE SET seq = counter.seq + excluded.seq
    RETURNING scope_id, seq
  )
  INSERT INTO sync_changes (scope_id, table_name, row_id, user_id, node_id, seq)
  SELECT scope_id, table_name, row_id, user_id, mark,
    seq + 1 - row_number() OVER (PARTITION BY scope_id ORDER BY row_id DESC, table_name DESC)
  FROM changed JOIN counted USING (scope_id)
  ON CONFLICT (row_id, scope_id, table_name) DO UPDATE
  SET user_id = excluded.user_id, node_id = excluded.node_id, seq = excluded.seq;

  DELETE FROM sync_commits WHERE xid = NEW.xid;
  RETURN NULL;
END $$;

-- Column by column: who may update a view as a whole may also lock it and the table behind it.
REVOKE UPDATE ON student_view.challenges FROM taco_student;
GRANT UPDATE (
  id, class_id, model_id, title, statement, support_materials, possible_solutions, tutor_policy, created_by_user_id,
  created_at, updated_at, deleted_at
) ON student_view.challenges TO taco_student;

-- Whoever makes a class sees it from then on: a row that is put in by ON CONFLICT, as sync does it, has to be seen by the
-- statement itself, which finds no teacher of the class yet.
CREATE POLICY made ON classes FOR SELECT TO taco_teacher
USING (created_by_user_id = (SELECT taco_user_id()) AND organization_id = (SELECT taco_staff_id()));
