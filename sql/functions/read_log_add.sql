-- read_log_add(at, officers, persons, what, traces, dossiers, from, to, listed) -> how many rows were written
-- A batch of the log of reads: row i showed the dossier dossiers[i], or where that is NULL listed[from[i] : to[i]], which may be none. It does
-- not wait for the disk: what is lost in a crash of the server is its last half second (docs/operations.md).
CREATE OR REPLACE FUNCTION read_log_add(p_at timestamptz[], p_officer bigint[], p_person bigint[], p_what text[], p_trace text[],
    p_dossier bigint[], p_from bigint[], p_to bigint[], p_listed bigint[])
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO read_log (at, officer_id, what, dossier_id, dossier_ids, person_id, trace)
    SELECT u.at, u.officer, u.what, u.dossier, CASE WHEN u.upto >= u.starts THEN p_listed[u.starts : u.upto] END, u.person, u.trace
      FROM unnest(p_at, p_officer, p_person, p_what, p_trace, p_dossier, p_from, p_to)
        AS u (at, officer, person, what, trace, dossier, starts, upto);
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
