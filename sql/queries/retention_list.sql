-- retention_list(real_now, business_now) -> the rules, and what each would take now, active or not
SELECT r.what, r.keep_months, r.is_active,
       CASE r.what WHEN 'persons' THEN (SELECT count(*) FROM retention_persons(c.before, 0, NULL))
                   WHEN 'reads' THEN (SELECT count(*) FROM read_log WHERE at < c.before)
                   WHEN 'security_events' THEN (SELECT count(*) FROM security_event WHERE at < c.before)
                   ELSE (SELECT count(*) FROM outbox WHERE recorded_at < c.before AND payload NOT IN ('', '{}') AND state NOT IN ('waiting', 'sending')) END AS n,
       CASE r.what WHEN 'persons' THEN (SELECT min(p.created_at) FROM person p JOIN retention_persons(c.before, 0, NULL) x ON x = p.id)
                   WHEN 'reads' THEN (SELECT min(at) FROM read_log)
                   WHEN 'security_events' THEN (SELECT min(at) FROM security_event)
                   ELSE (SELECT min(recorded_at) FROM outbox WHERE payload NOT IN ('', '{}')) END AS oldest_at, c.before
  FROM retention_rule r
 CROSS JOIN LATERAL (SELECT CASE WHEN r.what IN ('persons', 'messages') THEN $2::timestamptz ELSE $1::timestamptz END
                            - make_interval(months => r.keep_months) AS before) c
 ORDER BY r.what
