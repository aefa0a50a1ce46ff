-- paper_reprint_many(hashes of papers in hexadecimal, sha256 of the file that holds them, officer, printed_at): papers printed again in one file
INSERT INTO paper_reprint (dossier_id, kind, number, version, ordinal, sha256, officer_id, printed_at)
SELECT p.dossier_id, p.kind, p.number, p.version,
       2 + (SELECT count(*)::integer FROM paper_reprint r WHERE r.dossier_id = p.dossier_id AND r.kind = p.kind AND r.number = p.number AND r.version = p.version),
       $2::bytea, $3::bigint, $4::timestamptz
  FROM paper p WHERE p.sha256 IN (SELECT decode(h, 'hex') FROM unnest($1::text[]) h) ON CONFLICT DO NOTHING
