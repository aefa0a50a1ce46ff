-- event_year_faults(year) -> how many events do not follow from the one before (hash = sha256(previous hash || bytes)), and how many dossiers
-- whose newest event is not what their row tells
-- One walk over the events of the year. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_faults(p_year integer, OUT events bigint, OUT dossiers bigint)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format($q$
        WITH chained AS (
            SELECT dossier_id, seq, hash,
                   sha256(coalesce(lag(hash) OVER w, decode(repeat('00', 32), 'hex')) || bytes) = hash AND seq = row_number() OVER w
                   AND dossier_id >= %2$s AND dossier_id < %3$s AS is_whole,
                   lead(seq) OVER w IS NULL AS is_last
              FROM %1$s WINDOW w AS (PARTITION BY dossier_id ORDER BY seq)
        )
        SELECT count(*) FILTER (WHERE NOT c.is_whole),
               count(*) FILTER (WHERE coalesce(c.is_last, true) AND (c.seq, c.hash) IS DISTINCT FROM (d.version, d.chain))
          FROM chained c FULL JOIN (SELECT id, version, chain FROM dossier WHERE id >= %2$s AND id < %3$s) d ON d.id = c.dossier_id $q$,
        coalesce(to_regclass('archive.event_' || p_year), to_regclass('public.event_' || p_year)), p_year * 10000000000,
        (p_year + 1) * 10000000000) INTO events, dossiers;
END $$;
