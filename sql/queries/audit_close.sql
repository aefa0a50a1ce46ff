-- audit_close(until) -> last id of the edits of reference data that stand under the roots until then
SELECT audit_close($1::timestamptz)
