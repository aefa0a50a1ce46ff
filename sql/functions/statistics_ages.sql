-- statistics_ages(from, to, state_at, state_on, known_at, offices, field, procedures, channel, after_id, upto_id, calendars, days5, days15, days30)
-- -> open dossiers, by how many working days they are open and, where overdue, past their promise: 5, 15, 30 or more
-- `calendars` are offices; beside each the earliest day (since 1970) that lies at most 5, 15, 30 working days before state_on on the
-- calendar of that office.
CREATE OR REPLACE FUNCTION statistics_ages(p_from date, p_to date, p_state_at timestamptz, p_state_on date, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint, p_after bigint, p_upto bigint,
    p_calendars bigint[], p_days5 bigint[], p_days15 bigint[], p_days30 bigint[])
RETURNS TABLE (dossier_id bigint, office_id bigint, field_id bigint, procedure_id bigint, is_waiting boolean, is_overdue boolean, age text,
    overdue_age text) LANGUAGE sql STABLE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT f.dossier_id, f.office_id, f.field_id, f.procedure_id, f.is_waiting, f.is_overdue,
           CASE WHEN f.received_on - '1970-01-01'::date >= c.d5 THEN '5' WHEN f.received_on - '1970-01-01'::date >= c.d15 THEN '15'
                WHEN f.received_on - '1970-01-01'::date >= c.d30 THEN '30' ELSE 'more' END,
           CASE WHEN NOT f.is_overdue THEN NULL
                WHEN f.due_on - '1970-01-01'::date >= c.d5 THEN '5' WHEN f.due_on - '1970-01-01'::date >= c.d15 THEN '15'
                WHEN f.due_on - '1970-01-01'::date >= c.d30 THEN '30' ELSE 'more' END
      FROM dossier_facts(p_from, p_to, p_state_at, p_state_on, p_known_at, p_offices, p_field, p_procedures, p_channel, p_after, p_upto) f
      JOIN unnest(p_calendars, p_days5, p_days15, p_days30) c (office_id, d5, d15, d30) ON c.office_id = coalesce(f.office_id, 0)
     WHERE f.ended_on IS NULL
$$;
