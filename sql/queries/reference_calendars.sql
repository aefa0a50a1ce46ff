-- reference_calendars() -> every row of every calendar, by id and line
SELECT c.id, c.key, c.name, c.level, coalesce(c.base_id, 0), c.zone_s, r.type, r.from_on, r.to_on, r.kind, r.sessions,
       r.name_vi, r.name_en, r.source, coalesce(r.line, 0)
  FROM calendar c LEFT JOIN calendar_row r ON r.calendar_id = c.id ORDER BY c.id, r.line
