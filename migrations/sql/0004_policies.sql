-- Who may see and change what. docs/school.md has the same as one table, and tests/storage/test_store_tenancy.py
-- tries every cell of it.
--
-- Two locks: a grant says which operations and columns a group role has at all, a policy which rows. What is not
-- granted here is refused: nobody truncates, nobody deletes what is recorded. The owner of the tables is trusted and
-- exempt; that is also why the functions above can look things up.

GRANT SELECT ON alembic_version TO taco_student, taco_teacher, taco_admin;

-- organizations: everybody sees their own; an admin names it and sets its tutor policy.

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON organizations TO taco_student, taco_teacher, taco_admin;
GRANT UPDATE (name, tutor_policy, updated_at) ON organizations TO taco_admin;

CREATE POLICY own ON organizations FOR SELECT TO taco_student, taco_teacher, taco_admin
  USING (id = (SELECT taco_organization_id()));
CREATE POLICY own_change ON organizations FOR UPDATE TO taco_admin
  USING (id = (SELECT taco_administered_id()));

-- users: oneself; a teacher sees who is in a class taught; an admin keeps the accounts of the organization.
-- Nobody reads a password hash, not even an admin, and an e-mail address stays: a login is made of it.

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
GRANT SELECT (id, organization_id, email, role, created_at, updated_at, deleted_at) ON users
  TO taco_student, taco_teacher, taco_admin;
GRANT INSERT ON users TO taco_admin;
GRANT UPDATE (role, updated_at, deleted_at) ON users TO taco_admin;

CREATE POLICY self ON users FOR SELECT TO taco_student, taco_teacher
  USING (id = (SELECT taco_user_id()));
CREATE POLICY in_classes_taught ON users FOR SELECT TO taco_teacher
  USING (id IN (SELECT taco_class_members()));
CREATE POLICY of_organization ON users TO taco_admin
  USING (organization_id = (SELECT taco_administered_id()));

-- classes: those one is in or teaches; a teacher makes classes and keeps those taught; an admin all of the organization.

ALTER TABLE classes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON classes TO taco_student, taco_teacher, taco_admin;
GRANT INSERT ON classes TO taco_teacher, taco_admin;
GRANT UPDATE (name, subject, description, tutor_policy, updated_at, deleted_at) ON classes TO taco_teacher, taco_admin;

CREATE POLICY own ON classes FOR SELECT TO taco_student, taco_teacher
  USING (id = ANY ((SELECT taco_class_ids())::uuid[]));
CREATE POLICY new ON classes FOR INSERT TO taco_teacher
  WITH CHECK (organization_id = (SELECT taco_staff_id()) AND created_by_user_id = (SELECT taco_user_id()));
CREATE POLICY taught_change ON classes FOR UPDATE TO taco_teacher
  USING (id = ANY ((SELECT taco_taught_class_ids())::uuid[]));
CREATE POLICY of_organization ON classes TO taco_admin
  USING (organization_id = (SELECT taco_administered_id()));

-- user_classes: one's own places; a teacher enrols into classes taught, an admin into all of the organization; both
-- only people of the organization.

ALTER TABLE user_classes ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON user_classes TO taco_student, taco_teacher, taco_admin;
GRANT INSERT, DELETE ON user_classes TO taco_teacher, taco_admin;

CREATE FUNCTION taco_is_colleague(p_user_id uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT EXISTS (
    SELECT FROM public.users WHERE id = p_user_id AND organization_id = public.taco_organization_id() AND deleted_at IS NULL
  )
$$;
REVOKE EXECUTE ON FUNCTION taco_is_colleague(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION taco_is_colleague(uuid) TO taco_teacher, taco_admin;

CREATE POLICY own ON user_classes FOR SELECT TO taco_student
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY taught ON user_classes TO taco_teacher
  USING (class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]))
  WITH CHECK (class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]) AND taco_is_colleague(user_id));
CREATE POLICY of_organization ON user_classes TO taco_admin
  USING (class_id IN (SELECT id FROM classes))
  WITH CHECK (class_id IN (SELECT id FROM classes) AND taco_is_colleague(user_id));

-- models: the same for everybody on the server, so a row that is there does not change. A student's own tutor may add
-- what answered, at a price that is known already or none.

ALTER TABLE models ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON models TO taco_student, taco_teacher, taco_admin;

CREATE POLICY everybodys ON models FOR SELECT TO taco_student, taco_teacher, taco_admin
  USING ((SELECT taco_user_id()) IS NOT NULL);
CREATE FUNCTION taco_is_known_price(p_name text, p_prices jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT EXISTS (SELECT FROM public.models WHERE name = p_name AND prices = p_prices)
$$;
REVOKE EXECUTE ON FUNCTION taco_is_known_price(text, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION taco_is_known_price(text, jsonb) TO taco_student;

CREATE POLICY what_answered ON models FOR INSERT TO taco_student
  WITH CHECK ((SELECT taco_user_id()) IS NOT NULL AND (prices IS NULL OR taco_is_known_price(name, prices)));
CREATE POLICY new ON models FOR INSERT TO taco_teacher, taco_admin
  WITH CHECK ((SELECT taco_user_id()) IS NOT NULL);

-- challenges: of the classes one is in or teaches, and one's own practice; for a student also practice that is nobody's.
-- Who teaches a class writes its challenges. A student makes practice of their own, and reads the table's plain columns
-- only: statement and materials come through student_view (0004_student_view.sql), solutions not at all.

ALTER TABLE challenges ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON challenges TO taco_teacher, taco_admin;
GRANT SELECT (id, class_id, model_id, title, created_by_user_id, created_at, updated_at, deleted_at) ON challenges
  TO taco_student;
GRANT INSERT ON challenges TO taco_student, taco_teacher, taco_admin;
GRANT UPDATE (title, statement, support_materials, tutor_policy, updated_at, deleted_at) ON challenges TO taco_student;
GRANT UPDATE (class_id, model_id, title, statement, support_materials, possible_solutions, tutor_policy,
  created_by_user_id, updated_at, deleted_at) ON challenges TO taco_teacher, taco_admin;

CREATE POLICY of_classes ON challenges FOR SELECT TO taco_student, taco_teacher
  USING (class_id = ANY ((SELECT taco_class_ids())::uuid[]));
CREATE POLICY nobodys ON challenges FOR SELECT TO taco_student
  USING (class_id IS NULL AND created_by_user_id IS NULL AND (SELECT taco_user_id()) IS NOT NULL);
CREATE POLICY own_practice ON challenges TO taco_student, taco_teacher, taco_admin
  USING (class_id IS NULL AND created_by_user_id = (SELECT taco_user_id()));
CREATE POLICY taught_new ON challenges FOR INSERT TO taco_teacher
  WITH CHECK (class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]));
CREATE POLICY taught_change ON challenges FOR UPDATE TO taco_teacher
  USING (class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]));
CREATE POLICY of_organization ON challenges TO taco_admin
  USING (class_id IN (SELECT id FROM classes));

-- sessions: a student's own. Who teaches the challenge's class reads them, an admin those of the organization.
-- A session says the class of its challenge, and nobody sits down at a challenge that is not theirs to see.
--
-- Here and in the tables of work below each role has one policy for reading, which covers their own work too: two would
-- be joined by OR, and then no index gives the latest rows in order.

ALTER TABLE sessions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (last_message_at, ended_at) ON sessions TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON sessions FOR SELECT TO taco_student
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY own_new ON sessions FOR INSERT TO taco_student, taco_teacher, taco_admin
  WITH CHECK (
    user_id = (SELECT taco_user_id())
    AND EXISTS (
      SELECT FROM challenges c WHERE c.id = sessions.challenge_id AND c.class_id IS NOT DISTINCT FROM sessions.class_id
    )
  );
CREATE POLICY own_end ON sessions FOR UPDATE TO taco_student, taco_teacher, taco_admin
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY taught ON sessions FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON sessions FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- session_owners: which process holds one's own session.

ALTER TABLE session_owners ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, DELETE ON session_owners TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON session_owners TO taco_student, taco_teacher, taco_admin
  USING (session_id IN (SELECT id FROM sessions WHERE user_id = (SELECT taco_user_id())));

-- llm_interactions: added to one's own session, at that session's challenge. Later only a run's input and output and the
-- student's feedback are filled in.

ALTER TABLE llm_interactions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (stdin, stdout, feedback) ON llm_interactions TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON llm_interactions FOR SELECT TO taco_student
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY own_new ON llm_interactions FOR INSERT TO taco_student, taco_teacher, taco_admin
  WITH CHECK (
    user_id = (SELECT taco_user_id())
    AND EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.challenge_id = llm_interactions.challenge_id)
  );
CREATE POLICY own_outcome ON llm_interactions FOR UPDATE TO taco_student, taco_teacher, taco_admin
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY taught ON llm_interactions FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON llm_interactions FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- runs: likewise; the interaction a run followed is one of the same session.

ALTER TABLE runs ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON runs TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON runs FOR SELECT TO taco_student
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY own_new ON runs FOR INSERT TO taco_student, taco_teacher, taco_admin
  WITH CHECK (
    user_id = (SELECT taco_user_id())
    AND EXISTS (SELECT FROM sessions s WHERE s.id = session_id AND s.challenge_id = runs.challenge_id)
    AND (
      interaction_id IS NULL
      OR EXISTS (SELECT FROM llm_interactions i WHERE i.id = interaction_id AND i.session_id = runs.session_id)
    )
  );
CREATE POLICY taught ON runs FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON runs FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- challenge_solutions: one's own current solution, replaced by saving.

ALTER TABLE challenge_solutions ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE (solution, updated_at) ON challenge_solutions TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON challenge_solutions FOR SELECT TO taco_student
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY own_new ON challenge_solutions FOR INSERT TO taco_student, taco_teacher, taco_admin
  WITH CHECK (
    user_id = (SELECT taco_user_id())
    AND EXISTS (SELECT FROM challenges c WHERE c.id = challenge_solutions.challenge_id)
  );
CREATE POLICY own_save ON challenge_solutions FOR UPDATE TO taco_student, taco_teacher, taco_admin
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY taught ON challenge_solutions FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON challenge_solutions FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- challenge_solutions_history: every saved version, only ever added to.

ALTER TABLE challenge_solutions_history ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT ON challenge_solutions_history TO taco_student, taco_teacher, taco_admin;

CREATE POLICY own ON challenge_solutions_history FOR SELECT TO taco_student
  USING (user_id = (SELECT taco_user_id()));
CREATE POLICY own_new ON challenge_solutions_history FOR INSERT TO taco_student, taco_teacher, taco_admin
  WITH CHECK (
    user_id = (SELECT taco_user_id())
    AND EXISTS (
      SELECT FROM sessions s WHERE s.id = session_id AND s.challenge_id = challenge_solutions_history.challenge_id
    )
  );
CREATE POLICY taught ON challenge_solutions_history FOR SELECT TO taco_teacher
  USING (challenge_id = ANY ((SELECT taco_taught_challenge_ids())::uuid[]));
CREATE POLICY of_organization ON challenge_solutions_history FOR SELECT TO taco_admin
  USING (user_id IN (SELECT taco_administered_members()));

-- knowledge_base: what is for students of the organization and of one's classes. Who teaches a class keeps its passages
-- and those they added for everybody; an admin all of the organization.

ALTER TABLE knowledge_base ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON knowledge_base TO taco_student, taco_teacher, taco_admin;
GRANT INSERT, DELETE, UPDATE (metadata, embedding) ON knowledge_base TO taco_teacher, taco_admin;

CREATE POLICY for_students ON knowledge_base FOR SELECT TO taco_student
  USING (
    organization_id = (SELECT taco_organization_id())
    AND (class_id IS NULL OR class_id = ANY ((SELECT taco_class_ids())::uuid[]))
    AND coalesce(metadata ->> 'audience', 'students') = 'students'
  );
CREATE POLICY for_teachers ON knowledge_base FOR SELECT TO taco_teacher
  USING (
    organization_id = (SELECT taco_staff_id())
    AND (class_id IS NULL OR class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]))
  );
CREATE POLICY taught_new ON knowledge_base FOR INSERT TO taco_teacher
  WITH CHECK (
    organization_id = (SELECT taco_staff_id())
    AND (created_by_user_id = (SELECT taco_user_id()) OR created_by_user_id IS NULL AND class_id IS NOT NULL)
    AND (class_id IS NULL OR class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]))
    AND (challenge_id IS NULL OR EXISTS (SELECT FROM challenges c WHERE c.id = knowledge_base.challenge_id))
  );
CREATE POLICY taught_change ON knowledge_base FOR UPDATE TO taco_teacher
  USING (
    organization_id = (SELECT taco_staff_id())
    AND (class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]) OR class_id IS NULL AND created_by_user_id = (SELECT taco_user_id()))
  );
CREATE POLICY taught_removal ON knowledge_base FOR DELETE TO taco_teacher
  USING (
    organization_id = (SELECT taco_staff_id())
    AND (class_id = ANY ((SELECT taco_taught_class_ids())::uuid[]) OR class_id IS NULL AND created_by_user_id = (SELECT taco_user_id()))
  );
CREATE POLICY of_organization ON knowledge_base TO taco_admin
  USING (organization_id = (SELECT taco_administered_id()));

-- store_meta: what a store notes about itself. Accounts have no business there.

ALTER TABLE store_meta ENABLE ROW LEVEL SECURITY;
