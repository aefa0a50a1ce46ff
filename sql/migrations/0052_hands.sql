-- What is mine, what waits to be taken over and what waits at a counter: pages whose cost follows the page, as those of 0051.
-- In order of the promise, of one office and of all.
DROP INDEX dossier_pending;
CREATE INDEX dossier_pending ON dossier (pending_office_id, coalesce(due_at, 'infinity'::timestamptz), id) WHERE pending_office_id IS NOT NULL;
CREATE INDEX dossier_pending_any ON dossier (coalesce(due_at, 'infinity'::timestamptz), id) WHERE pending_office_id IS NOT NULL;
CREATE INDEX dossier_pending_officer ON dossier (pending_officer_id, coalesce(due_at, 'infinity'::timestamptz), id)
    WHERE pending_officer_id IS NOT NULL;
DROP INDEX dossier_to_return;
CREATE INDEX dossier_to_return ON dossier (supervising_office_id, coalesce(due_at, 'infinity'::timestamptz), id) WHERE state = 'done';
CREATE INDEX dossier_to_return_any ON dossier (coalesce(due_at, 'infinity'::timestamptz), id) WHERE state = 'done';
-- Hand by hand: who holds anything at an office is found by it, too (queue_hand_page).
CREATE INDEX dossier_hand ON dossier (holder_office_id, holder_officer_id, coalesce(due_at, 'infinity'::timestamptz), id) WHERE ended_at IS NULL;
