-- verify_years() -> years that are detached or about to be: is detaching under way, what was counted then, what is there now
SELECT y.year, y.state = 'closing' AS is_closing, y.n_events, s.n_events AS n_found, y.sum = s.sum AS is_same
  FROM event_year y LEFT JOIN LATERAL (SELECT * FROM event_year_sum(y.year) x WHERE y.state = 'detached') s ON true ORDER BY y.year
