-- read_log_add(at, officers, persons, counts, what, traces, dossiers) -> how many rows were written
-- A batch of the log of reads: row i has the next counts[i] of the dossiers. It does not wait for the disk: what is lost in a
-- crash of the server is its last half second (docs/operations.md).
CREATE OR REPLACE FUNCTION read_log_add(p_at timestamptz[], p_officer bigint[], p_person bigint[], p_n bigint[], p_what text[],
    p_trace text[], p_dossier bigint[])
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE n bigint;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    INSERT INTO read_log (at, officer_id, what, dossier_id, dossier_ids, person_id, trace)
    SELECT r.at, r.officer, r.what, CASE WHEN r.n = 1 THEN p_dossier[r.upto] END,
           CASE WHEN r.n > 1 THEN p_dossier[r.upto - r.n + 1 : r.upto] END, nullif(r.person, 0), r.trace
      FROM (SELECT u.*, sum(u.n) OVER (ORDER BY u.i)::integer AS upto
              FROM unnest(p_at, p_officer, p_person, p_n, p_what, p_trace) WITH ORDINALITY
                AS u (at, officer, person, n, what, trace, i)) r;
    GET DIAGNOSTICS n = ROW_COUNT;
    RETURN n;
END $$;
