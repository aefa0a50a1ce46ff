/* What each action on a dossier or letter asks for. The daemon says which actions are allowed; here stands only
 * which fields its form shows. An action without a row shows a note and a button. */
import { fromLocal } from './format.js';
import { verdictOf } from './text.js';

const reason = { name: 'reason', kind: 'lines' };
const note = { name: 'note', kind: 'lines', rows: 2, isOptional: true };
const ground = { name: 'legal_ground', isOptional: true };
const second = [
  { name: 'second_person', kind: 'officer', hint: 'hint.second_person' },
  { name: 'second_password', kind: 'password', max: 256, autocomplete: 'new-password' },
];

const FIELDS = {
  accept: [note],
  refuse: [reason, ground],
  request_supplement: (dossier) => [{ name: 'items', kind: 'lines', hint: 'hint.items', offered: dossier.components?.map((c) => c.name) }, reason, ground],
  receive_supplement: [{ name: 'items', kind: 'lines', isOptional: true, hint: 'hint.items' }, note],
  assign: [{ name: 'officer', kind: 'officer', isOfHere: true }, note],
  forward: (dossier) => [
    ...(dossier.steps?.at(-1)?.is_current || !dossier.steps?.length ? [{ name: 'office', kind: 'office' }] : []),
    { name: 'officer', kind: 'officer', isOptional: true }, note,
  ],
  take_over: [],
  decline: [reason],
  send_back: [reason],
  ask_opinion: [{ name: 'office', kind: 'office' }, { name: 'answer_by', kind: 'time' }, note],
  give_opinion: [{ ...note, isOptional: false, rows: 4, label: 'field.opinion' }],
  decide: (dossier, values) => [
    { name: 'outcome', kind: 'list', list: 'outcome', only: ['granted', 'refused'] },
    ...(values.outcome === 'refused' ? [reason, ground] : [note]),
  ],
  hand_over_result: [note],
  take_over_result: [],
  return: (dossier, values) => [
    { name: 'way', kind: 'list', list: 'way', words: ['slip', 'identity', 'authorisation', 'post'] },
    ...(values.way === 'post' ? [{ name: 'postal_code', max: 64 }]
      : [{ name: 'collector_name', isOptional: values.way !== 'authorisation' }]),
    note,
  ],
  remind: [],
  record_payment: (dossier, values) => [
    { name: 'payment_way', kind: 'list', list: 'payment_way' },
    { name: 'amount', kind: 'number', isOptional: values.payment_way !== 'none', hint: 'hint.amount' },
    values.payment_way === 'none' ? reason : note,
  ],
  renew_secret: [{ name: 'collector_paper', kind: 'list', list: 'proof', words: ['identity', 'authorisation'] }, note],
  request_withdrawal: [{ ...reason, isOptional: true }],
  refuse_withdrawal: [reason],
  stop: [reason, ground],
  hold: [
    { name: 'hold_kind', kind: 'list', list: 'hold_kind', only: ['financial', 'applicant_confirm', 'other'] },
    { ...ground, hint: 'hint.hold_ground' },
    { name: 'hold_effect', kind: 'list', list: 'hold_effect', isOptional: true },
    { name: 'answer_by', kind: 'time', isOptional: true },
    note,
  ],
  resume: [note],
  close: [{ ...reason, isOptional: true }, ground],
  correct: (dossier, values) => [
    { name: 'corrected_field', kind: 'list', list: 'corrected', words: ['procedure', 'case', 'channel', 'received_at'] },
    ...(values.corrected_field === 'channel' ? [{ name: 'corrected_value', kind: 'list', list: 'channel' }]
      : values.corrected_field === 'received_at' ? [{ name: 'corrected_value', kind: 'time' }]
        : values.corrected_field ? [{ name: 'corrected_value', max: 64 }] : []),
    reason, ...second,
  ],
  close_mistake: [reason, ...second],
  propose_close: [
    { name: 'close_reason', kind: 'list', list: 'close_reason' }, reason,
    { name: 'result_on', kind: 'day', isOptional: true }, { name: 'result_number', max: 64, isOptional: true },
  ],
  refuse_close: [reason],
  force_close: [{ ...reason, isOptional: true }],
  declare_late: [reason],
  pledge: [{ name: 'pledged_at', kind: 'time' }, note],
  decide_cause: (dossier, values) => [
    { name: 'cause', kind: 'list', list: 'cause' },
    ...(verdictOf(values.cause) === 'subjective' ? [{ name: 'at_fault_office', kind: 'office' }] : []),
    reason, { name: 'evidence', isOptional: true, hint: 'hint.evidence' },
  ],
  owe_letter: [
    { name: 'trigger', kind: 'list', list: 'letter_trigger', except: ['lateness'] },
    { ...reason, label: 'field.owe_reason' },
    { name: 'at_fault_office', kind: 'office', isOptional: true },
  ],
  revise_letter: [
    { ...reason, isOptional: true, label: 'field.letter_reason' },
    { name: 'reappointed_at', kind: 'time', isOptional: true, hint: 'hint.reappointed_at' },
  ],
  refuse_letter: [reason],
  acknowledge_letter: [{ name: 'reference', isOptional: true, max: 200 }],
  object_cause: [reason, { name: 'evidence', isOptional: true }],
  sign_letter: [{ name: 'reappointed_at', kind: 'time', isOptional: true, hint: 'hint.reappointed_at' }],
  unsign_letter: [reason],
  number_letter: [{ name: 'number', kind: 'number', isOptional: true, hint: 'hint.number' }],
  certify_letter: [{ name: 'signed_file', kind: 'file', accept: '.pdf,application/pdf', hint: 'hint.signed_file' }],
  issue_letter: [],
  deliver_letter: (dossier, values) => [
    { name: 'delivery', kind: 'list', list: 'delivery', words: ['counter', 'post', 'email'] },
    { name: 'reference', isOptional: values.delivery !== 'post', max: 200 },
  ],
  cancel_letter: [reason, { name: 'reference', max: 200, label: 'field.cancel_reference' }],
};

/* What usually comes next: the first of these that is allowed is the button that stands out. */
const NEXT = ['accept', 'take_over', 'take_over_result', 'give_opinion', 'receive_supplement', 'return', 'decide', 'hand_over_result', 'forward',
  'sign_letter', 'number_letter', 'issue_letter', 'deliver_letter'];
export const nextOf = (names) => NEXT.find((name) => names.includes(name));

/* Actions on a dossier that have their own place on its screen, not a button among the others. */
export const ELSEWHERE = new Set(['attach_paper', 'detach_paper']);

/* Actions whose consequences are not taken back by another click: their button says so. */
export const GRAVE = new Set(['refuse', 'stop', 'close', 'close_mistake', 'force_close', 'cancel_letter', 'refuse_letter', 'request_withdrawal']);

export function fieldsOf(action, dossier, values) {
  const row = FIELDS[action] ?? [note];
  return typeof row === 'function' ? row(dossier, values) : row;
}

const TIMES = new Set(['answer_by', 'pledged_at', 'reappointed_at']);

/* The body of the request: of what was typed only what this form shows. */
export function bodyOf(action, dossier, values) {
  const body = {};
  for (const field of fieldsOf(action, dossier, values)) {
    const value = typeof values[field.name] === 'string' ? values[field.name].trim() : values[field.name];
    if (!value) continue;
    if (field.name === 'items') body.items = value.split('\n').map((line) => line.trim()).filter(Boolean);
    else if (TIMES.has(field.name) || field.kind === 'time') body[field.name] = fromLocal(value);
    else if (field.name === 'number') body.number = Number(value);
    else if (field.name === 'way') {
      if (value !== 'post') body.collector_paper = value;
    } else body[field.name] = value;
  }
  return body;
}
