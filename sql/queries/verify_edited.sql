-- verify_edited() -> when what promises rest on was edited last, in microseconds; NULL: never
SELECT (extract(epoch FROM max(recorded_at)) * 1000000)::bigint FROM reference_change
 WHERE kind NOT IN ('event_year', 'closing', 'retention', 'form_template', 'register')
