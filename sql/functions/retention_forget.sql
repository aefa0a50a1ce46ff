-- retention_forget(before, after person, limit, now) -> how many persons were forgotten, the last one looked at (NULL: there is none)
-- Their names, numbers, addresses, the folded names in the search text; of dossiers that have nobody left: remarks, data of papers,
-- names of files. Rows, commitments and events stay as they are.
CREATE OR REPLACE FUNCTION retention_forget(p_before timestamptz, p_after bigint, p_limit integer, p_now timestamptz)
RETURNS TABLE (n bigint, last bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_ids     bigint[];
    v_dossier bigint[];
    r         record;
BEGIN
    SELECT coalesce(array_agg(x), '{}'), max(x) INTO v_ids, last FROM retention_persons(p_before, p_after, p_limit) x;
    -- Lock, then look again: a dossier may name one of them at this moment.
    PERFORM FROM person_version v WHERE v.person_id = ANY (v_ids) ORDER BY v.person_id, v.version FOR UPDATE;
    SELECT coalesce(array_agg(x), '{}') INTO v_ids FROM retention_persons(p_before, p_after, p_limit) x WHERE x = ANY (v_ids);
    n := cardinality(v_ids);
    IF n = 0 THEN
        RETURN NEXT;
        RETURN;
    END IF;
    SELECT coalesce(array_agg(DISTINCT x.dossier_id), '{}') INTO v_dossier FROM dossier_person x WHERE x.person_id = ANY (v_ids);
    FOR r IN SELECT DISTINCT x.dossier_id, v.name_folded FROM dossier_person x JOIN person_version v ON v.person_id = x.person_id
              WHERE x.person_id = ANY (v_ids) AND v.name_folded <> '' ORDER BY 1 LOOP
        UPDATE dossier_search s SET search = replace(s.search, r.name_folded, '') WHERE s.dossier_id = r.dossier_id;
    END LOOP;
    UPDATE person_version v
       SET name = '', name_folded = '', key_id = NULL, identity = NULL, identity_index = NULL, phone = NULL, phone_index = NULL,
           address = NULL, email = NULL, email_index = NULL, forgotten_at = p_now
     WHERE v.person_id = ANY (v_ids) AND v.forgotten_at IS NULL;
    v_dossier := ARRAY(SELECT d FROM unnest(v_dossier) d
                        WHERE NOT EXISTS (SELECT FROM dossier_person x JOIN person_version v ON v.person_id = x.person_id AND v.version = x.version
                                           WHERE x.dossier_id = d AND v.forgotten_at IS NULL));
    UPDATE remark SET text = '', forgotten_at = p_now WHERE dossier_id = ANY (v_dossier) AND forgotten_at IS NULL;
    UPDATE paper SET data = '' WHERE dossier_id = ANY (v_dossier) AND data <> '';
    UPDATE attachment SET name = '-' WHERE dossier_id = ANY (v_dossier) AND name <> '-';
    RETURN NEXT;
END $$;
