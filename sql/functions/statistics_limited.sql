-- statistics_limited(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id) -> the dossiers of which
-- something may count in the form `limits`, with their office: those of the period that were ever asked for a supplement, for another
-- office's opinion, or closed; and those, whenever they ended, with a wrong result. What counts is read off their events.
CREATE OR REPLACE FUNCTION statistics_limited(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint)
RETURNS TABLE (dossier_id bigint, office_id bigint) LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT f.dossier_id, coalesce(f.office_id, 0)
      FROM dossier_facts(p_from, p_to, p_state_at, p_state_on, p_known_at, p_offices, p_field, p_procedures, p_channel, p_after, p_upto) f
     CROSS JOIN LATERAL (SELECT FROM event_ever e WHERE e.dossier_id = f.dossier_id AND e.action IN ('request_supplement', 'ask_opinion', 'close')
                          LIMIT 1) e -- dossier by dossier: of all events most are of others
    UNION
    SELECT f.dossier_id, coalesce(f.office_id, 0)
      FROM (SELECT DISTINCT i.dossier_id FROM letter_obligation i
             WHERE i.trigger = 'wrong_result' AND i.dossier_id > p_after AND i.dossier_id <= p_upto) o
     CROSS JOIN LATERAL dossier_facts('-infinity', p_to, p_state_at, p_state_on, p_known_at, p_offices, p_field, p_procedures, p_channel,
                                      o.dossier_id - 1, o.dossier_id) f
$$;
