-- outbox_untold(n) -> letters whose last outcome no event of their dossier tells yet
SELECT o.id, o.state, o.channel, o.letter_id, (o.payload::jsonb ->> 'addressee')::integer AS addressee, d.code
  FROM outbox o JOIN dossier d ON d.id = o.dossier_id
 WHERE o.kind = 'letter' AND o.told IS DISTINCT FROM o.state AND o.state IN ('sent', 'delivered', 'failed', 'unknown')
 ORDER BY o.id LIMIT $1::integer
