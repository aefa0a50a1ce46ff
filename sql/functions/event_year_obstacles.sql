-- event_year_obstacles(year, ended_before, leaves_undone) -> what stands against detaching the year, and how many dossiers of each kind:
--   open         not ended
--   uncollected  the result was never collected; this, and what letter and owed count, may go along as it is (leaves_undone)
--   young        ended on that day or later
--   alarm        the engine has still to look at it
--   letter       a letter that is neither issued nor given up
--   owed         a letter is owed
--   message      something is still to be sent, or the outcome of a letter is still to be written down; what waits to be told at the counter is not
--   unrooted     its newest event stands under no root of a day yet (docs/audit.md)
-- One walk over the dossiers of the year. For the owner alone.
CREATE OR REPLACE FUNCTION event_year_obstacles(p_year integer, p_ended_before date, p_leaves_undone boolean)
RETURNS TABLE (what text, n bigint) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH mine AS MATERIALIZED (
        SELECT count(*) FILTER (WHERE d.ended_at IS NULL AND NOT d.is_mistake) AS open,
               count(*) FILTER (WHERE d.state = 'done' AND NOT p_leaves_undone) AS uncollected,
               count(*) FILTER (WHERE d.ended_on >= p_ended_before) AS young,
               count(*) FILTER (WHERE d.next_alarm_at IS NOT NULL) AS alarm,
               count(*) FILTER (WHERE d.last_recorded_at >= coalesce((SELECT max(r.until_at) FROM audit_root r), '-infinity')) AS unrooted
          FROM dossier d WHERE d.id >= p_year * 10000000000 AND d.id < (p_year + 1) * 10000000000
    )
    SELECT w.what, w.n FROM (
        SELECT x.what, x.n FROM mine, LATERAL (VALUES ('open', open), ('uncollected', uncollected), ('young', young), ('alarm', alarm), ('unrooted', unrooted)) x (what, n)
        UNION ALL
        SELECT 'letter', count(DISTINCT l.dossier_id) FROM letter l
         WHERE NOT p_leaves_undone AND l.state IN ('drafted', 'signed', 'numbered') AND l.dossier_id >= p_year * 10000000000 AND l.dossier_id < (p_year + 1) * 10000000000
        UNION ALL
        SELECT 'owed', count(DISTINCT o.dossier_id) FROM letter_obligation o
         WHERE NOT p_leaves_undone AND o.state IN ('open', 'refused') AND o.dossier_id >= p_year * 10000000000 AND o.dossier_id < (p_year + 1) * 10000000000
        UNION ALL
        SELECT 'message', count(DISTINCT o.dossier_id) FROM outbox o
         WHERE ((o.state IN ('waiting', 'sending') AND (o.kind = 'letter' OR o.channel IS DISTINCT FROM 'counter'))
                OR (o.kind = 'letter' AND o.told IS DISTINCT FROM o.state AND o.state IN ('sent', 'delivered', 'failed', 'unknown'))) AND o.dossier_id >= p_year * 10000000000 AND o.dossier_id < (p_year + 1) * 10000000000) w
     WHERE w.n > 0
$$;
