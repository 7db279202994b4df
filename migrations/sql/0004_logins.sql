-- The login roles of accounts: made, given a new password, moved between the group roles, and closed.
--
-- A password arrives as a SCRAM-SHA-256 verifier that the client has computed, so it is in no statement and in no
-- server log. The functions run as the owner, who may create roles; each checks who is asking.

CREATE FUNCTION taco_login_name(p_email text) RETURNS name
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$
  SELECT ('taco_' || left(encode(sha256(convert_to(p_email || ' ' || current_database(), 'UTF8')), 'hex'), 32))::name
$$;

-- Puts a login into the group of its user's role, and out of the others.
CREATE FUNCTION taco_set_group(p_login name, p_role text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  grp text;
BEGIN
  FOREACH grp IN ARRAY ARRAY['student', 'teacher', 'admin'] LOOP
    IF grp = p_role THEN
      EXECUTE format('GRANT %I TO %I', 'taco_' || grp, p_login);
    ELSIF pg_has_role(p_login, 'taco_' || grp, 'MEMBER') THEN
      EXECUTE format('REVOKE %I FROM %I', 'taco_' || grp, p_login);
    END IF;
  END LOOP;
  -- A student's `challenges` is the view that leaves solutions out.
  IF p_role = 'student' THEN
    EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = student_view, public', p_login, current_database());
  ELSE
    EXECUTE format('ALTER ROLE %I IN DATABASE %I RESET search_path', p_login, current_database());
  END IF;
END $$;

-- Gives an account a password, and with its first one a login. For the account itself, and for admins of its school.
CREATE FUNCTION taco_set_password(p_user_id uuid, p_verifier text, p_hash text) RETURNS name
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  account public.users;
  login name;
BEGIN
  SELECT * INTO account FROM public.users WHERE id = p_user_id AND deleted_at IS NULL FOR UPDATE;
  IF NOT FOUND OR NOT (
    public.taco_is_owner()
    OR account.id IS NOT DISTINCT FROM public.taco_user_id()
    OR EXISTS (
      SELECT FROM public.users me
      WHERE me.id = public.taco_user_id() AND me.role = 'admin' AND me.organization_id = account.organization_id
    )
  ) THEN
    RAISE EXCEPTION 'There is no such account in your organization.' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF p_verifier !~ '^SCRAM-SHA-256\$[0-9]+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$' OR p_hash !~ '^\$argon2id\$' THEN
    RAISE EXCEPTION 'Passwords are given as verifiers only.' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  login := public.taco_login_name(account.email);
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
    EXECUTE format('CREATE ROLE %I', login);
  END IF;
  EXECUTE format('ALTER ROLE %I LOGIN PASSWORD %L', login, p_verifier);
  PERFORM public.taco_set_group(login, account.role);
  INSERT INTO public.login_roles VALUES (login, account.id)
  ON CONFLICT (role_name) DO UPDATE SET user_id = excluded.user_id;
  UPDATE public.users SET password_hash = p_hash, updated_at = now() WHERE id = account.id;
  RETURN login;
END $$;

-- A new role is a new group; a deleted account is a closed login.
CREATE FUNCTION taco_account_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
  login name := (SELECT role_name FROM public.login_roles WHERE user_id = NEW.id);
BEGIN
  IF login IS NULL OR NOT EXISTS (SELECT FROM pg_roles WHERE rolname = login) THEN
    RETURN NULL;
  END IF;
  IF NEW.deleted_at IS NOT NULL THEN
    EXECUTE format('ALTER ROLE %I NOLOGIN PASSWORD NULL', login);
    DELETE FROM public.login_roles WHERE role_name = login;
  ELSE
    PERFORM public.taco_set_group(login, NEW.role);
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER taco_account_changed AFTER UPDATE OF role, deleted_at ON users
FOR EACH ROW WHEN (OLD.role IS DISTINCT FROM NEW.role OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
EXECUTE FUNCTION taco_account_changed();

REVOKE EXECUTE ON FUNCTION
  taco_login_name(text), taco_set_group(name, text), taco_set_password(uuid, text, text), taco_account_changed()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION taco_set_password(uuid, text, text) TO taco_student, taco_teacher, taco_admin;
