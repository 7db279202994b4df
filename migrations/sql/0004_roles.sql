-- The group roles of a school. Nobody logs in as one of these: each account has a login role that is a member.
--
-- Roles belong to the whole server, so several TACO databases on it share these four. Being a member gives no row of
-- any database by itself: every policy also asks who the login is *here* (0004_identity.sql).

DO $$
DECLARE
  wanted name;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['taco_student', 'taco_teacher', 'taco_admin', 'taco_service'] LOOP
    BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
        EXECUTE format('CREATE ROLE %I NOLOGIN NOINHERIT', wanted);
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
      NULL;  -- another database of this server was faster
    END;
  END LOOP;
END $$;

-- A service (a hub) acts for a person: `SET LOCAL ROLE taco_student` and `SET LOCAL app.user_id = '…'` in every
-- transaction. It inherits none of the three, so a transaction that forgets to say for whom sees nothing.
DO $$
BEGIN
  IF NOT pg_has_role('taco_service', 'taco_student', 'MEMBER') THEN
    GRANT taco_student, taco_teacher, taco_admin TO taco_service;
  END IF;
EXCEPTION WHEN unique_violation THEN
  NULL;  -- as above
END $$;

-- Nobody but the owner makes anything in the schema that everybody's search path goes through.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

GRANT USAGE ON SCHEMA public TO taco_student, taco_teacher, taco_admin, taco_service;
