-- stays_fill(rows) -> dossiers passed over, because somebody acted on them meanwhile
SELECT stays_fill($1::text::jsonb)
