-- paper_reprint(dossier, kind, number, version, ordinal, sha256, officer, printed_at): a paper printed again; of two in the same moment the first
-- counts
INSERT INTO paper_reprint (dossier_id, kind, number, version, ordinal, sha256, officer_id, printed_at)
VALUES ($1::bigint, $2::text, $3::integer, $4::integer, $5::integer, $6::bytea, $7::bigint, $8::timestamptz) ON CONFLICT DO NOTHING
