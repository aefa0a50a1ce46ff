-- objective_new(kind, from, to, office, procedure, dossier code, evidence, note, officer, recorded_at) -> id; bumps the epoch
WITH made AS (
    INSERT INTO objective_interval (kind, from_at, to_at, office_id, procedure_id, dossier_id, evidence, note, declared_by, recorded_at)
    VALUES ($1::text, $2::timestamptz, $3::timestamptz, $4::bigint, $5::bigint,
            (SELECT c.dossier_id FROM dossier_code c WHERE c.code = $6::text), coalesce($7::text, ''), coalesce($8::text, ''),
            $9::bigint, $10::timestamptz)
    RETURNING id
)
SELECT id, epoch_bump() FROM made
