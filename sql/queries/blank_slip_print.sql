-- blank_slip_print(batch, at) -> how often it has been printed, this time included; no row: no such batch
UPDATE blank_slip_batch SET prints = prints + 1, printed_at = $2::timestamptz WHERE id = $1::bigint RETURNING prints
