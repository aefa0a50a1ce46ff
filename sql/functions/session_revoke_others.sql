-- session_revoke_others(officer, kept, address, at) -> token hashes of the sessions that ended: all but this one, no API tokens
CREATE OR REPLACE FUNCTION session_revoke_others(p_officer bigint, p_kept bytea, p_address text, p_at timestamptz)
RETURNS TABLE (token_hash bytea) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE v_hashes bytea[];
BEGIN
    WITH gone AS (DELETE FROM session s WHERE s.officer_id = p_officer AND s.kind <> 'token' AND s.token_hash <> p_kept
                  RETURNING s.token_hash)
    SELECT array_agg(g.token_hash) INTO v_hashes FROM gone g;
    IF v_hashes IS NOT NULL THEN
        PERFORM security_event_add(p_at, p_officer, 'session_revoked', p_officer, p_address, 'all others: ' || cardinality(v_hashes));
    END IF;
    RETURN QUERY SELECT unnest(v_hashes);
END $$;
