-- Who somebody is. PostgreSQL itself authenticates (each account has a login role), and these functions say whose
-- account that is and what it is entitled to. Nothing a client can set changes the answer, except for a service.
--
-- They run as the owner of the tables and therefore see every row; each answers about the caller only. Policies call
-- them as `(SELECT f())`, so that they run once for a statement and not once for a row. The larger ones are PL/pgSQL,
-- which plans their queries once for a connection.

CREATE TABLE login_roles (
  role_name name PRIMARY KEY,
  user_id uuid NOT NULL UNIQUE REFERENCES users (id) ON DELETE CASCADE
);

ALTER TABLE login_roles ENABLE ROW LEVEL SECURITY;

-- The caller's account; NULL for the owner, for a login of another database, and for a deleted account.
CREATE FUNCTION taco_user_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT u.id FROM public.users u
  WHERE u.deleted_at IS NULL AND u.id = CASE
    WHEN pg_has_role(session_user, 'taco_service', 'MEMBER') THEN nullif(current_setting('app.user_id', true), '')::uuid
    ELSE (SELECT l.user_id FROM public.login_roles l WHERE l.role_name = session_user)
  END
$$;

CREATE FUNCTION taco_organization_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT organization_id FROM public.users WHERE id = public.taco_user_id()
$$;

-- Who belongs to which class of their organization: whoever is enrolled; and of those who may teach, who made it.
-- For the functions below alone.
CREATE VIEW taco_memberships AS
SELECT u.id AS user_id, c.id AS class_id, u.role <> 'student' AS teaches
FROM user_classes e JOIN users u ON u.id = e.user_id
JOIN classes c ON c.id = e.class_id AND c.organization_id = u.organization_id
UNION ALL
SELECT u.id, c.id, true
FROM classes c JOIN users u ON u.id = c.created_by_user_id AND u.organization_id = c.organization_id
WHERE u.role <> 'student';

-- The caller's classes.
CREATE FUNCTION taco_class_ids() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  me uuid := public.taco_user_id();
BEGIN
  RETURN ARRAY(SELECT DISTINCT class_id FROM public.taco_memberships WHERE user_id = me);
END $$;

-- Those the caller teaches; none for a student. The group role of a login would tell, were it not that a statement
-- prepared before somebody was demoted keeps the policies it was planned with.
CREATE FUNCTION taco_taught_class_ids() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  me uuid := public.taco_user_id();
BEGIN
  RETURN ARRAY(SELECT DISTINCT class_id FROM public.taco_memberships WHERE user_id = me AND teaches);
END $$;

-- The challenges whose work a teacher may read: of the classes taught, deleted ones too, and their own practice.
CREATE FUNCTION taco_taught_challenge_ids() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  me uuid := public.taco_user_id();
BEGIN
  RETURN ARRAY(
    SELECT id FROM public.challenges
    WHERE class_id IN (SELECT class_id FROM public.taco_memberships WHERE user_id = me AND teaches)
    UNION ALL
    SELECT id FROM public.challenges WHERE class_id IS NULL AND created_by_user_id = me
  );
END $$;

-- Everybody in the classes taught.
CREATE FUNCTION taco_class_members() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 100 SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT DISTINCT user_id FROM public.user_classes WHERE class_id = ANY (public.taco_taught_class_ids())
$$;

-- The organization that the caller may teach in; NULL for a student.
CREATE FUNCTION taco_staff_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT organization_id FROM public.users WHERE id = public.taco_user_id() AND role <> 'student'
$$;

-- The organization that the caller administers; NULL for everybody but admins.
CREATE FUNCTION taco_administered_id() RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT organization_id FROM public.users WHERE id = public.taco_user_id() AND role = 'admin'
$$;

-- Everybody in it, deleted accounts too.
CREATE FUNCTION taco_administered_members() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 1000 SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT id FROM public.users WHERE organization_id = public.taco_administered_id()
$$;

-- Finds somebody to enrol: the account of an e-mail address, in the caller's organization only.
CREATE FUNCTION taco_find_account(p_email text) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT id FROM public.users
  WHERE email = p_email AND deleted_at IS NULL AND organization_id = public.taco_organization_id()
$$;

-- Whether the caller owns the tables: whoever administers the server, for whom none of the policies holds.
CREATE FUNCTION taco_is_owner() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp
AS $$
  SELECT pg_has_role(session_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'public.users'::regclass
$$;

REVOKE EXECUTE ON FUNCTION
  taco_user_id(), taco_organization_id(), taco_staff_id(), taco_administered_id(), taco_class_ids(),
  taco_taught_class_ids(), taco_taught_challenge_ids(), taco_class_members(), taco_administered_members(),
  taco_find_account(text), taco_is_owner()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
  taco_user_id(), taco_organization_id(), taco_staff_id(), taco_administered_id(), taco_class_ids(),
  taco_taught_class_ids(), taco_taught_challenge_ids(), taco_class_members(), taco_administered_members(),
  taco_is_owner()
TO taco_student, taco_teacher, taco_admin, taco_service;

GRANT EXECUTE ON FUNCTION taco_find_account(text) TO taco_teacher, taco_admin;
