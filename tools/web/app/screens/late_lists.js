/* The late dossiers of a period, and the online filings answered late: a page at a time; the whole as a file. */
import { html } from '../lib/preact.js';
import { date, instant } from '../format.js';
import { Tag } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Rows } from '../edit.js';
import { List, useList } from './queue.js';
import { Ask, askedOf } from './statistics_ask.js';

const code = (row) => html`<a data-row href=${`#/dossier/${encodeURIComponent(row.code)}`}>${row.code}</a>`;
const small = (text) => html`<div class="quiet small">${text}</div>`;

const LATE = [
  { head: 'column.code', isHead: true, of: code },
  { head: 'late_list.office', of: (r) => html`${r.office_name}${small(r.handler_name)}` },
  { head: 'late_list.due', of: (r) => html`${date(r.due_at)}${small(r.ended_at ? t('late_list.ended', { on: date(r.ended_at) }) : word('state', r.state))}` },
  { head: 'late_list.days', isFigure: true, of: (r) => r.working_days_late ?? r.days_late ?? '' },
  { head: 'late_list.cause', of: (r) => html`${word('cause_verdict', r.verdict)}${r.cause && small(word('cause', r.cause))}` },
  { head: 'late_list.letter', of: (r) => (r.letter_state ? html`${r.letter_number ?? ''} ${word('letter_state', r.letter_state)}${r.letter_issued_at && small(date(r.letter_issued_at))}`
    : html`<${Tag} level="late">${t('late_list.no_letter')}<//>`) },
  { head: 'late_list.procedure', isWide: true, of: (r) => html`${r.procedure_name}${small(r.applicant_name)}` },
];
const INTAKE = [
  { head: 'column.code', isHead: true, of: code },
  { head: 'late_list.counter', of: (r) => html`${r.office_name}${small(r.officer_name)}` },
  { head: 'late_list.filed', of: (r) => instant(r.filed_at) },
  { head: 'late_list.answer_by', of: (r) => instant(r.due_at) },
  { head: 'late_list.answered', of: (r) => (r.answered_at ? html`${instant(r.answered_at)}${small(word('action', r.answer))}` : html`<${Tag} level="late">${t('late_list.unanswered')}<//>`) },
  { head: 'late_list.minutes', isFigure: true, of: (r) => r.minutes_late ?? '' },
  { head: 'late_list.procedure', isWide: true, of: (r) => html`${r.procedure_name}${small(r.applicant_name)}` },
];
const COLUMNS = { late: LATE, 'late-intake': INTAKE };

export function LateList({ place, query }) {
  const asked = askedOf(query);
  return html`<${Asked} key=${JSON.stringify(asked)} place=${place} asked=${{ ...asked, group_by: '' }} />`;
}

function Asked({ place, asked }) {
  const url = `/api/v1/statistics/${place.form}/dossiers`;
  const words = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
  const list = useList(JSON.stringify([place.form, words, store.get().language]), url, words);
  const file = (format) => `${url}?${new URLSearchParams({ ...words, format })}`;
  const table = ({ rows, caption }) => html`<${Rows} columns=${COLUMNS[place.form]} rows=${rows} caption=${caption} keyOf=${(r) => r.code} />`;
  return html`<div><${Ask} asked=${asked} path=${place.path} problem=${list.problem} />
    <p>${t('late_list.files')} <a href=${file('csv')} download>${t('form.csv')}</a> · <a href=${file('xlsx')} download>${t('form.xlsx')}</a>${' '}
      ${place.form === 'late' && html`· <a href=${`/api/v1/statistics/evidence?${new URLSearchParams(words)}`} download>${t('late_list.evidence')}</a>`}</p>
    <${List} key=${place.form} list=${list} caption=${t(place.text)} empty=${t('late_list.none')} table=${table} /></div>`;
}
