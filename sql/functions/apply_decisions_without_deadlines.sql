-- apply_decisions(now, writer, members, events, facts, ...) as daemons from before migration 0012 call it
-- Such a daemon writes no deadlines: those of the dossiers it touched are computed again by one that knows them.
CREATE OR REPLACE FUNCTION apply_decisions(p_now timestamptz, p_writer smallint, p_members apply_member[],
    p_events apply_event[], p_facts apply_fact[], p_counters apply_counter[], p_letters apply_letter[],
    p_addressees apply_addressee[], p_persons apply_person[], p_parts apply_part[], p_remarks apply_remark[],
    p_outbox apply_outbox[])
RETURNS TABLE (member integer, result text, version integer, code text, number bigint, hash bytea,
               first_dossier bigint, first_seq integer, first_status integer, is_same_body boolean)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM apply_decisions(p_now, p_writer, p_members, p_events, p_facts, p_counters, p_letters,
        p_addressees, p_persons, p_parts, p_remarks, p_outbox, '{}'::apply_deadline[]);
    UPDATE setting SET deadlines_epoch = 0 WHERE deadlines_epoch <> 0;
END $$;
