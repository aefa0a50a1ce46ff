-- A batch of the committer.
SELECT member, result, version, code, number, hash, first_dossier, first_seq, first_status, is_same_body
  FROM apply_decisions($1::timestamptz, $2::smallint, $3::apply_member[], $4::apply_event[], $5::apply_fact[],
                       $6::apply_counter[], $7::apply_letter[], $8::apply_addressee[], $9::apply_person[],
                       $10::apply_part[], $11::apply_remark[], $12::apply_outbox[], $13::apply_deadline[],
                       $14::apply_obligation[], $15::apply_episode[], $16::apply_revision[], $17::apply_attachment[])
