-- Who sees and writes notes, pauses of the recording and requests to delete, in the manner of 0004_policies.sql; and
-- what carries out a request.

-- notes: the student reads what was said about their own work; who teaches the challenge's class reads and adds notes
-- under their own name, on a moment of a session at that challenge. Nobody changes one.

ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON notes TO taco_student;
GRANT SELECT, INSERT ON notes TO taco_teacher, taco_admin;

CREATE POLICY own ON notes FOR SELECT TO taco_student, taco_teacher, taco_admin
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY taught ON notes FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON notes FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));
CREATE POLICY taught_new ON notes FOR INSERT TO taco_teacher
  WITH CHECK (
    author_user_id = (SELECT taco_user_id())
    AND challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[])
    AND EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.challenge_id = notes.challenge_id)
  );
CREATE POLICY of_organization_new ON notes FOR INSERT TO taco_admin
  WITH CHECK (
    author_user_id = (SELECT taco_user_id())
    AND user_id IN (SELECT taco_administered_members())
    AND EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.challenge_id = notes.challenge_id)
  );

-- recording_pauses: one's own, and only oneself begins and ends one. Who teaches sees that there was a pause.

ALTER TABLE recording_pauses ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (resumed_at) ON recording_pauses TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON recording_pauses TO taco_student, taco_teacher, taco_admin
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY in_classes_taught ON recording_pauses FOR SELECT TO taco_teacher
  USING (user_id IN (SELECT taco_class_members()));
CREATE POLICY of_organization ON recording_pauses FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- deletion_requests: for one's own work only, never changed; who teaches sees what was asked and decided.

ALTER TABLE deletion_requests ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON deletion_requests TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON deletion_requests FOR SELECT TO taco_student, taco_teacher, taco_admin
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY own_new ON deletion_requests FOR INSERT TO taco_student, taco_teacher, taco_admin
  WITH CHECK (user_id = (SELECT taco_user_id()));
CREATE POLICY taught ON deletion_requests FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON deletion_requests FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- Whether a tutor policy says something about deleting; an ill-typed value says nothing.
CREATE FUNCTION taco_allows_deletion(policy jsonb) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $$
  SELECT CASE WHEN jsonb_typeof(policy -> 'allow_deletion') = 'boolean' THEN (policy ->> 'allow_deletion')::boolean END
$$;

-- The server decides, whatever the writer thought: work outside classes is always the student's to erase, work of a class
-- where the challenge's policy, else the class's, else the organization's says so. Nothing of the future is erased.
CREATE FUNCTION taco_decide_deletion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  new.requested_at := least(new.requested_at, now());
  SELECT CASE
    WHEN task.class_id IS NULL OR coalesce(
      taco_allows_deletion(task.tutor_policy), taco_allows_deletion(class.tutor_policy),
      taco_allows_deletion(school.tutor_policy), false
    ) THEN 'erased' ELSE 'kept' END
  INTO STRICT new.decision
  FROM challenges task
  LEFT JOIN classes class ON class.id = task.class_id
  JOIN users student ON student.id = new.user_id
  JOIN organizations school ON school.id = student.organization_id
  WHERE task.id = new.challenge_id;
  new.reason := CASE new.decision WHEN 'kept' THEN 'The school keeps the work of its classes.' ELSE '' END;
  RETURN new;
END
$$;

-- A practice challenge holds nothing but the name of the student's file, which may be telling too.
CREATE FUNCTION taco_honour_deletion() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  DELETE FROM sessions
  WHERE user_id = new.user_id AND challenge_id = new.challenge_id AND created_at <= new.requested_at;
  DELETE FROM challenge_solutions
  WHERE user_id = new.user_id AND challenge_id = new.challenge_id AND updated_at <= new.requested_at;
  UPDATE challenges
  SET title = 'Deleted practice', statement = '', support_materials = NULL, possible_solutions = NULL,
      deleted_at = new.requested_at, updated_at = new.requested_at
  WHERE id = new.challenge_id AND class_id IS NULL AND created_by_user_id = new.user_id
    AND statement = 'Practice: ' || title;
  RETURN NULL;
END
$$;

REVOKE EXECUTE ON FUNCTION taco_allows_deletion(jsonb), taco_decide_deletion(), taco_honour_deletion() FROM PUBLIC;

CREATE TRIGGER deletion_decided BEFORE INSERT ON deletion_requests
  FOR EACH ROW EXECUTE FUNCTION taco_decide_deletion();
CREATE TRIGGER deletion_honoured AFTER INSERT ON deletion_requests
  FOR EACH ROW WHEN (new.decision = 'erased') EXECUTE FUNCTION taco_honour_deletion();
