-- What a student sees of a challenge: everything but the solutions and what among the materials is for teachers.
--
-- A student's search path finds `student_view.challenges` before the table, so the statements that serve everybody serve
-- a student too. The view reads the table as its owner, for whom no policy holds: its WHERE is the policy. It is a
-- security barrier, so a function in a student's own WHERE never sees a row that the view leaves out.

CREATE SCHEMA student_view;

GRANT USAGE ON SCHEMA student_view TO taco_student;

-- Leaves out what a challenge's materials hold for teachers: how a solution is checked, and every key that begins with
-- `teacher`.
CREATE FUNCTION taco_student_materials(p_materials jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$
  SELECT CASE WHEN jsonb_typeof(p_materials) = 'object' THEN (
    SELECT coalesce(jsonb_object_agg(key, value), '{}')
    FROM jsonb_each(p_materials) WHERE key <> 'check' AND key NOT LIKE 'teacher%'
  ) END
$$;

CREATE VIEW student_view.challenges WITH (security_barrier) AS
SELECT
  id, class_id, model_id, title, statement,
  taco_student_materials(support_materials) AS support_materials,
  NULL::jsonb AS possible_solutions,
  tutor_policy, created_by_user_id, created_at, updated_at, deleted_at
FROM public.challenges
WHERE class_id = ANY ((SELECT taco_class_ids())::uuid[])
  OR class_id IS NULL AND created_by_user_id = (SELECT taco_user_id())
  OR class_id IS NULL AND created_by_user_id IS NULL AND (SELECT taco_user_id()) IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON student_view.challenges TO taco_student;

-- Writing goes to the table with the student's own rights, so its grants and policies decide.
CREATE FUNCTION student_view.write_challenge() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.challenges (
      id, class_id, model_id, title, statement, support_materials, possible_solutions, tutor_policy, created_by_user_id,
      created_at, updated_at, deleted_at
    ) VALUES (
      NEW.id, NEW.class_id, NEW.model_id, NEW.title, NEW.statement, NEW.support_materials, NEW.possible_solutions,
      NEW.tutor_policy, NEW.created_by_user_id, NEW.created_at, NEW.updated_at, NEW.deleted_at
    );
  ELSE
    IF (NEW.id, NEW.class_id, NEW.model_id, NEW.created_by_user_id, NEW.created_at)
      IS DISTINCT FROM (OLD.id, OLD.class_id, OLD.model_id, OLD.created_by_user_id, OLD.created_at)
    THEN
      RAISE EXCEPTION 'A challenge stays whose and what it is.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE public.challenges SET
      title = NEW.title, statement = NEW.statement, support_materials = NEW.support_materials,
      tutor_policy = NEW.tutor_policy, updated_at = NEW.updated_at, deleted_at = NEW.deleted_at
    WHERE id = OLD.id;
    IF NOT FOUND THEN  -- it is in the view, but not the student's to change
      RETURN NULL;
    END IF;
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER write_challenge INSTEAD OF INSERT OR UPDATE ON student_view.challenges
FOR EACH ROW EXECUTE FUNCTION student_view.write_challenge();

REVOKE EXECUTE ON FUNCTION taco_student_materials(jsonb), student_view.write_challenge() FROM PUBLIC;

GRANT EXECUTE ON FUNCTION taco_student_materials(jsonb) TO taco_student;
