-- What a school's server adds so that machines can sync with it: numbered changes, batches in order, and its identity.
--
-- Every change of a row gets the next number of its scope: a class, an organization, or a user (their own practice).
-- Numbers are given when a transaction commits, and the scope's counter stays locked until it has, so whoever has seen
-- number n has seen every smaller one. A row that changes again moves to a new number: `sync_changes` is never larger
-- than the data. A change whose row is gone, or hidden from the reader by now, means: take it out.

CREATE TABLE sync_counters (
  scope_id uuid PRIMARY KEY,
  seq bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE sync_changes (
  scope_id uuid NOT NULL,
  table_name text NOT NULL,
  row_id uuid NOT NULL,
  user_id uuid,   -- whose it is; NULL: for everybody in the scope
  node_id uuid,   -- the machine that pushed it; NULL: written here
  seq bigint NOT NULL,
  PRIMARY KEY (scope_id, table_name, row_id)
);

CREATE INDEX ix_sync_changes_scope_id_seq ON sync_changes (scope_id, seq) INCLUDE (user_id);

-- What the running transactions have changed and not yet numbered, and one row for each of them.

CREATE UNLOGGED TABLE sync_pending (
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  scope_id uuid NOT NULL,
  table_name text NOT NULL,
  row_id uuid NOT NULL,
  user_id uuid
);

CREATE INDEX ix_sync_pending_xid ON sync_pending (xid);

CREATE UNLOGGED TABLE sync_commits (xid xid8 PRIMARY KEY DEFAULT pg_current_xact_id());

-- Numbers a transaction's changes. Counters are locked in one order, so that transactions do not block each other.
CREATE FUNCTION sync_number() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO sync_counters AS counter (scope_id, seq)
  SELECT scope_id, count(*)
  FROM (SELECT DISTINCT scope_id, table_name, row_id FROM sync_pending WHERE xid = NEW.xid) changed
  GROUP BY scope_id ORDER BY scope_id
  ON CONFLICT (scope_id) DO UPDATE SET seq = counter.seq + excluded.seq;

  WITH pending AS (
    DELETE FROM sync_pending WHERE xid = NEW.xid RETURNING scope_id, table_name, row_id, user_id
  ), changed AS (
    SELECT scope_id, table_name, row_id, user_id, count(*) OVER scope AS total,
      row_number() OVER (scope ORDER BY table_name, row_id) AS place
    FROM (SELECT DISTINCT ON (scope_id, table_name, row_id) * FROM pending) once
    WINDOW scope AS (PARTITION BY scope_id)
  )
  INSERT INTO sync_changes (scope_id, table_name, row_id, user_id, node_id, seq)
  SELECT scope_id, table_name, row_id, user_id, nullif(current_setting('taco.sync_node', true), '')::uuid,
    counter.seq - total + place
  FROM changed JOIN sync_counters counter USING (scope_id)
  ON CONFLICT (scope_id, table_name, row_id) DO UPDATE
  SET user_id = excluded.user_id, node_id = excluded.node_id, seq = excluded.seq;

  DELETE FROM sync_commits WHERE xid = NEW.xid;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER sync_number AFTER INSERT ON sync_commits
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sync_number();

-- A solution carries the stamp of its save. One that is saved here gets one of this clock; one that is pushed brings its
-- own, unless that lies in the future: then it is refused, and its machine stamps it again with the clock put right.
CREATE FUNCTION sync_stamp() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  present constant bigint := floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint << 16;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.hlc = 0 THEN
      NEW.hlc := present;
    END IF;
  ELSIF NEW.hlc = OLD.hlc AND (NEW.solution, NEW.updated_at) IS DISTINCT FROM (OLD.solution, OLD.updated_at) THEN
    NEW.hlc := greatest(present, OLD.hlc + 1);
  END IF;
  IF NEW.hlc > present + (300000::bigint << 16) THEN
    RAISE EXCEPTION 'stamped in the future' USING ERRCODE = 'TACO1';
  END IF;
  RETURN NEW;
END $$;

UPDATE challenge_solutions SET hlc = floor(extract(epoch FROM least(updated_at, now())) * 1000)::bigint << 16;

CREATE TRIGGER sync_stamp BEFORE INSERT OR UPDATE ON challenge_solutions
FOR EACH ROW EXECUTE FUNCTION sync_stamp();

GRANT UPDATE (hlc) ON challenge_solutions TO taco_student, taco_teacher, taco_admin;

-- Which batch of each machine came last: one that was held up on its way must not overwrite a later one, and a server
-- that is behind what it has confirmed was restored from a backup.
CREATE TABLE sync_nodes (
  node_id uuid PRIMARY KEY,
  user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  batch bigint NOT NULL,
  seen_at timestamptz NOT NULL
);

-- Begins a batch in this transaction; false when it is behind one that is here already.
CREATE FUNCTION sync_begin_batch(p_node_id uuid, p_batch bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO sync_nodes AS node VALUES (p_node_id, taco_user_id(), p_batch, now())
  ON CONFLICT (node_id) DO UPDATE SET batch = excluded.batch, seen_at = excluded.seen_at
  WHERE node.batch < excluded.batch AND node.user_id = excluded.user_id;
  PERFORM set_config('taco.sync_node', p_node_id::text, true) WHERE FOUND;
  RETURN FOUND;
END $$;

-- Made anew with the database; a copy of the database has another oid, a restored server another timeline.
CREATE TABLE sync_epoch (epoch uuid NOT NULL DEFAULT gen_random_uuid());

INSERT INTO sync_epoch DEFAULT VALUES;

-- Who the caller is to this server, and which server this is.
CREATE FUNCTION sync_hello(p_node_id uuid)
RETURNS TABLE (epoch text, started_at timestamptz, server_time timestamptz, user_id uuid, role text, batch bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT
    concat_ws('/', e.epoch, (SELECT system_identifier FROM pg_control_system()),
      (SELECT timeline_id FROM pg_control_checkpoint()), (SELECT oid FROM pg_database WHERE datname = current_database())),
    pg_postmaster_start_time(), clock_timestamp(), u.id, u.role,
    coalesce((SELECT n.batch FROM sync_nodes n WHERE n.node_id = p_node_id AND n.user_id = u.id), 0)
  FROM sync_epoch e, users u WHERE u.id = taco_user_id()
$$;

-- What the caller may pull: their own work, their organization, their classes.
CREATE FUNCTION sync_scope_ids() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT array_remove(ARRAY[taco_user_id(), taco_organization_id()], NULL) || taco_class_ids()
$$;

ALTER TABLE sync_counters ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync_changes ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync_nodes ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync_epoch ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync_pending ENABLE ROW LEVEL SECURITY;
ALTER TABLE sync_commits ENABLE ROW LEVEL SECURITY;

GRANT SELECT ON sync_counters, sync_changes TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON sync_counters FOR SELECT TO taco_student, taco_teacher, taco_admin
  USING (scope_id = ANY ((SELECT sync_scope_ids())::uuid[]));

CREATE POLICY own ON sync_changes FOR SELECT TO taco_student
  USING (
    scope_id = ANY ((SELECT sync_scope_ids())::uuid[])
    AND (user_id IS NULL OR user_id = (SELECT taco_user_id()))
  );

CREATE POLICY taught ON sync_changes FOR SELECT TO taco_teacher, taco_admin
  USING (scope_id = ANY ((SELECT sync_scope_ids())::uuid[]));

REVOKE EXECUTE ON FUNCTION
  sync_number(), sync_stamp(), sync_begin_batch(uuid, bigint), sync_hello(uuid), sync_scope_ids()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION sync_begin_batch(uuid, bigint), sync_hello(uuid), sync_scope_ids()
TO taco_student, taco_teacher, taco_admin;
