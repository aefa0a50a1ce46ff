-- A batch of the committer.
SELECT member, result, version, code, number, hash, first_dossier, first_seq, first_status, is_same_body
  FROM apply_decisions($1::timestamptz, $2::apply_member[], $3::apply_event[], $4::apply_fact[], $5::apply_counter[],
                       $6::apply_letter[], $7::apply_addressee[], $8::apply_person[], $9::apply_part[],
                       $10::apply_remark[], $11::apply_outbox[], $12::apply_deadline[], $13::apply_obligation[],
                       $14::apply_episode[], $15::apply_revision[], $16::apply_attachment[], $17::apply_stay[])
