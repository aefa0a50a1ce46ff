-- paper_put(dossier, kind, number, version, form, template, data, hash of the data, sha256, officer, drawn_at, office): a paper handed out;
-- of two printed in the same moment the first counts
INSERT INTO paper (dossier_id, kind, number, version, form, template_id, data, data_hash, sha256, officer_id, drawn_at, office_id)
VALUES ($1::bigint, $2::text, $3::integer, $4::integer, $5::text, $6::text, $7::bytea, $8::bytea, $9::bytea, $10::bigint,
        $11::timestamptz, $12::bigint) ON CONFLICT DO NOTHING
