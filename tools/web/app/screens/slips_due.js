/* Chasing slips that wait for an answer of whoever begins to work here: the head of an office, the leader of a committee. */
import { html } from '../lib/preact.js';
import { read } from '../api.js';
import { date, number } from '../format.js';
import { useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';

function Due() {
  const slips = useLoad(`slips-due ${store.get().language}`, () => read('/api/v1/chasing-slips', { to_me: true, limit: 20 }));
  return html`${(slips.value?.items ?? []).map((s) => html`<p key=${s.id} class=${`note ${s.state === 'overdue' ? 'note-bad' : 'note-warn'}`} role="note">
    <a href=${`#/statistics/chasing?${new URLSearchParams({ from: s.from, to: s.to })}`}>${t(s.state === 'overdue' ? 'chasing.due_passed' : 'chasing.due', {
      number: s.number ?? t('chasing.no_number'), office: s.office_name, late: number(s.late_open + s.late_done), by: date(s.answer_by) })}</a>
    ${' '}· <a href=${s.document} target="_blank">PDF</a></p>`)}`;
}

export function SlipsDue() {
  const me = store.useStore((s) => s.me);
  return me?.roles.some((r) => r.role === 'head' || r.role === 'leader') ? html`<${Due} />` : '';
}
