-- fact_counts(fact, from, to, state_at, known_at, offices, field, procedures, channel)
-- -> is it a fact of state_at, as known at known_at, of a dossier of column (3) of II.06a: received by `to` and not ended before `from`, and
-- of this scope (NULL: all)? Every statement about facts asks this, whether it counts or lists.
-- What ended is found by its day; what is open by when its row stopped being the last word (fact_open): whoever ended since, or was
-- known to end later, and whoever is open still. A condition that the one above it implies, said so that the index is of use.
CREATE OR REPLACE FUNCTION fact_counts(x dossier_fact, p_from date, p_to date, p_state_at timestamptz, p_known_at timestamptz,
    p_offices bigint[], p_field bigint, p_procedures bigint[], p_channel smallint)
RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ -- without SET, so that it is put into the statement that calls it
    SELECT x.valid_from <= p_state_at AND x.known_from <= p_known_at AND p_known_at < x.known_to
       AND (p_state_at < x.valid_to OR p_known_at < x.valid_to_known_at)
       AND (x.ended_on >= p_from
            OR CASE WHEN x.ended_on IS NULL THEN greatest(x.valid_to, x.valid_to_known_at) END > least(p_state_at, p_known_at))
       AND x.received_on <= p_to
       AND (p_offices IS NULL OR x.office_id = ANY (p_offices))
       AND (p_field IS NULL OR coalesce(x.field_id, 0) = p_field)
       AND (p_procedures IS NULL OR x.procedure_id = ANY (p_procedures))
       AND (p_channel IS NULL OR x.channel = p_channel OR (p_channel = 0 AND x.channel <> 2))
$$;
