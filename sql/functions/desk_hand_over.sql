-- desk_hand_over(from, office, to, on_behalf_of, on, actor, source, reason, at) -> the job
-- Records that all an officer has at an office goes to another (to NULL: to nobody in person), and orders the job that gives it, in
-- one transaction. Who may, and whether the other takes work there, is the caller's to check; the job asks again.
CREATE OR REPLACE FUNCTION desk_hand_over(p_from bigint, p_office bigint, p_to bigint, p_on_behalf_of bigint, p_on date, p_actor bigint,
    p_source text, p_reason text, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE v_office text; v_words text; v_change bigint;
BEGIN
    SELECT key INTO STRICT v_office FROM office WHERE id = p_office;
    SELECT a.login || ' > ' || coalesce((SELECT b.login FROM officer b WHERE b.id = p_to), '-') INTO STRICT v_words
      FROM officer a WHERE a.id = p_from;
    v_change := reference_change_add('office', v_office, 'hand_over', p_on, p_actor, p_source, p_reason, '', v_words, p_at);
    RETURN (SELECT j.id FROM job_add('desk_hand_over', 'change-' || v_change, jsonb_strip_nulls(jsonb_build_object(
        'officer', p_from, 'office', p_office, 'to', p_to, 'on_behalf_of', p_on_behalf_of, 'change', v_change))::text, p_actor, p_at) j);
END $$;
