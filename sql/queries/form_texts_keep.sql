-- form_texts_keep(ids, texts): templates by their hash, for ever
INSERT INTO form_text (id, text) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING
