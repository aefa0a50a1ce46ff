-- event_year_sum(year) -> how many dossiers and events its table has, and their sum: SHA-256 over the SHA-256 of each 10,000 ids, of id, seq
-- and hash of each event in order
-- Runs as the owner, for `motcuad verify`: the application cannot reach the table by itself.
CREATE OR REPLACE FUNCTION event_year_sum(p_year integer, OUT n_dossiers bigint, OUT n_events bigint, OUT sum bytea)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format($q$
        SELECT coalesce(sum(d), 0)::bigint, coalesce(sum(n), 0)::bigint, sha256(coalesce(string_agg(part, '' ORDER BY k), ''))
          FROM (SELECT dossier_id / 10000 AS k, count(*) FILTER (WHERE seq = 1) AS d, count(*) AS n,
                       sha256(string_agg(int8send(dossier_id) || int4send(seq) || hash, '' ORDER BY dossier_id, seq)) AS part
                  FROM %s GROUP BY 1) x $q$,
        coalesce(to_regclass('archive.event_' || p_year), to_regclass('public.event_' || p_year))) INTO n_dossiers, n_events, sum;
END $$;
