-- Who held a dossier before a batch: whoever may no longer see it is told that it left.
ALTER TABLE feed
    ADD COLUMN holders_before bigint[],
    ADD COLUMN pendings_before bigint[];
COMMENT ON COLUMN feed.holders_before IS 'Office that held each of dossier_ids before, NULL for a new one; the whole NULL in rows from before migration 0022.';
COMMENT ON COLUMN feed.pendings_before IS 'Office each was handed over to before and that had not taken it over.';
