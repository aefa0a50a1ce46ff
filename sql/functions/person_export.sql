-- person_export(persons, offices, NULL for all) -> what is held about them, as JSON by kind, of dossiers at these offices; their dossiers
-- At most 1,000 rows of a kind, the newest.
CREATE OR REPLACE FUNCTION person_export(p_person bigint[], p_office bigint[])
RETURNS TABLE (dossiers json, remarks json, letters json, papers json, attachments json, messages json, reads json, ids bigint[])
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    ids := ARRAY(SELECT DISTINCT d.id FROM dossier_person p JOIN dossier d ON d.id = p.dossier_id
                  WHERE p.person_id = ANY (p_person)
                    AND (p_office IS NULL OR d.holder_office_id = ANY (p_office) OR d.competent_office_id = ANY (p_office)
                         OR d.supervising_office_id = ANY (p_office) OR d.filed_office_id = ANY (p_office))
                  ORDER BY d.id DESC LIMIT 1000);
    SELECT coalesce(json_agg(x ORDER BY x.code, x.part), '[]') INTO dossiers FROM (
        SELECT d.code, p.part, d.state, d.received_at, d.due_at, d.ended_at FROM dossier_person p JOIN dossier d ON d.id = p.dossier_id
         WHERE p.person_id = ANY (p_person) AND d.id = ANY (ids) LIMIT 1000) x;
    SELECT coalesce(json_agg(x), '[]') INTO remarks FROM (
        SELECT d.code AS dossier, r.text, r.recorded_at FROM remark r JOIN dossier d ON d.id = r.dossier_id
         WHERE r.dossier_id = ANY (ids) AND r.forgotten_at IS NULL ORDER BY r.id DESC LIMIT 1000) x;
    SELECT coalesce(json_agg(x), '[]') INTO letters FROM (
        SELECT d.code AS dossier, l.id, l.trigger, l.state, l.number, l.issued_at, encode(l.blob_sha256, 'hex') AS sha256
          FROM letter l JOIN dossier d ON d.id = l.dossier_id WHERE l.dossier_id = ANY (ids) ORDER BY l.id DESC LIMIT 1000) x;
    SELECT coalesce(json_agg(x), '[]') INTO papers FROM (
        SELECT d.code AS dossier, p.kind, p.number, p.version, p.drawn_at, encode(p.sha256, 'hex') AS sha256
          FROM paper p JOIN dossier d ON d.id = p.dossier_id WHERE p.dossier_id = ANY (ids) ORDER BY p.drawn_at DESC LIMIT 1000) x;
    SELECT coalesce(json_agg(x), '[]') INTO attachments FROM (
        SELECT d.code AS dossier, a.number, a.name, a.size, a.attached_at, a.detached_at, encode(a.sha256, 'hex') AS sha256
          FROM attachment a JOIN dossier d ON d.id = a.dossier_id WHERE a.dossier_id = ANY (ids) ORDER BY a.attached_at DESC LIMIT 1000) x;
    SELECT coalesce(json_agg(x), '[]') INTO messages FROM (
        SELECT d.code AS dossier, o.kind, o.state, o.channel, o.recorded_at, o.changed_at FROM outbox o JOIN dossier d ON d.id = o.dossier_id
         WHERE o.dossier_id = ANY (ids) AND o.payload <> '' AND (o.payload::jsonb ->> 'person')::bigint = ANY (p_person)
         ORDER BY o.id DESC LIMIT 1000) x;
    SELECT coalesce(json_agg(x), '[]') INTO reads FROM (
        SELECT r.at, coalesce(f.login, '') AS officer, r.what, r.trace,
               (SELECT string_agg(d.code, ' ' ORDER BY d.id) FROM dossier d WHERE d.id = ANY (ids) AND (d.id = r.dossier_id OR d.id = ANY (r.dossier_ids))) AS dossiers
          FROM read_log r LEFT JOIN officer f ON f.id = r.officer_id
         WHERE r.dossier_id = ANY (ids) OR r.dossier_ids && ids OR r.person_id = ANY (p_person) ORDER BY r.id DESC LIMIT 1000) x;
    RETURN NEXT;
END $$;
