-- portal_figures(from, to, office, known_at) -> the criteria of the newest file of figures of just this period and office
SELECT p.criterion, p.numerator, p.denominator, p.ratio, p.score, p.max_score
  FROM portal_figure p
 WHERE p.file_id = (SELECT max(f.id) FROM portal_file f WHERE f.kind = 'figures' AND f.from_on = $1::date AND f.to_on = $2::date
                       AND f.office_id IS NOT DISTINCT FROM $3::bigint AND f.recorded_at <= $4::timestamptz)
 ORDER BY p.line
