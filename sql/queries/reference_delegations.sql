-- reference_delegations(on) -> what stands on this day or later, by id
SELECT id, from_officer_id, to_officer_id, role, office_id, kind = 'authorised', from_on, to_on FROM delegation
 WHERE withdrawn_at IS NULL AND to_on >= $1::date ORDER BY id
