-- calendar_state(key) -> epoch, the calendar's id, its newest change and when it was made; no calendar: ids 0
SELECT s.epoch, coalesce(c.id, 0), coalesce(ch.id, 0), ch.recorded_at
  FROM setting s
  LEFT JOIN calendar c ON c.key = $1::text
  LEFT JOIN LATERAL (SELECT id, recorded_at FROM reference_change r WHERE r.kind = 'calendar' AND r.key = $1::text
                      ORDER BY id DESC LIMIT 1) ch ON true
