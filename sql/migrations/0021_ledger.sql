-- The ledger and late episodes are paged newest first, office by office, in the index alone.
DROP INDEX letter_obligation_owed;
CREATE INDEX letter_obligation_office ON letter_obligation (office_id, owed_at, dossier_id, ordinal);
DROP INDEX late_episode_office;
CREATE INDEX late_episode_office ON late_episode (office_id, from_at, dossier_id, step);

-- A person is addressed as Ông or Bà where the paper they showed says which.
ALTER TABLE person_version
    DROP CONSTRAINT person_kind_known,
    ADD CONSTRAINT person_kind_known CHECK (kind IN ('person', 'man', 'woman', 'household', 'organisation'));
