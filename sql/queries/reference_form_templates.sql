-- reference_form_templates() -> templates in force that are not the built-in ones, the newest of each form and office
SELECT x.form, x.office_id, x.text_id, t.text, x.officer_id, x.saved_at
  FROM (SELECT DISTINCT ON (form, office_id) form, office_id, text_id, officer_id, saved_at FROM form_template
         ORDER BY form, office_id, id DESC) x
  JOIN form_text t ON t.id = x.text_id
