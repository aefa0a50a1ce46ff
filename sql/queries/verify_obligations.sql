-- verify_obligations(after, to) -> the ledger of letters owed of a range of dossiers
SELECT dossier_id, ordinal, trigger, state, waiver, office_id, at_fault_office_id, owed_at, latest_at, letter_id, timing
  FROM letter_obligation
 WHERE dossier_id > $1::bigint AND dossier_id <= $2::bigint ORDER BY dossier_id, ordinal
