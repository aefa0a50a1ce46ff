/* Which offices to chase for their late dossiers, a slip to each that is chosen, and what they answered. */
import { html, useState } from '../lib/preact.js';
import { read, readAll, write } from '../api.js';
import { EditForm, Edits, Opener, Rows, today } from '../edit.js';
import { date, instant, number } from '../format.js';
import { Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Facts, Part } from './dossier_parts.js';
import { Ask, askedOf } from './statistics_ask.js';

const SLIPS = '/api/v1/chasing-slips';
const LEVELS = { waiting: 'fine', overdue: 'late', answered: 'done', answered_late: 'risk' };
const ANSWER = { key: 'answer', title: 'chasing.answer', fields: [{ name: 'on', label: 'chasing.answered_on', kind: 'day', width: 'half' },
  { name: 'text', label: 'chasing.answer_text', kind: 'lines', rows: 3 }], initial: { on: today() } };

/* The order: who signs, until when; the offices are those that are marked above. */
function Order({ asked, chosen, value, onDone, onClose }) {
  const officers = useLoad('officers', () => readAll('/api/v1/officers'));
  const me = store.useStore((s) => s.me);
  const leaders = officers.value?.filter((o) => o.is_active && o.roles.some((r) => r.role === 'leader')) ?? [];
  const edit = { key: 'chase', title: 'chasing.issue', about: 'chasing.issue_about', initial: { answer_days: String(value.answer_days),
    signer: leaders.some((o) => o.key === me.login) ? me.login : leaders[0]?.key },
  fields: [{ name: 'signer', label: 'chasing.signer', kind: 'choice', items: leaders.map((o) => ({ key: o.key, name: o.name })) },
    { name: 'answer_days', label: 'chasing.answer_days', kind: 'number', width: 'half' },
    { name: 'note', label: 'chasing.note', kind: 'lines', rows: 2, isOptional: true }],
  make: (v) => ({ from: asked.from, to: asked.to, ...(asked.as_of && { as_of: asked.as_of }), offices: chosen, signer: v.signer,
    answer_days: Number(v.answer_days), ...(v.note?.trim() && { note: v.note.trim() }) }) };
  if (!officers.value) return html`<${Loading} of=${officers} />`;
  return html`<${EditForm} name="chasing" edit=${edit} onClose=${onClose} onDone=${onDone} post=${(body, key) => write(SLIPS, body, { key })} />`;
}

function Ranking({ value, chosen, toggle }) {
  const columns = [
    { head: 'chasing.choose', of: (r) => (r.may_chase && !r.slip
      ? html`<input type="checkbox" aria-label=${r.office_name} checked=${chosen.includes(r.office)} onChange=${() => toggle(r.office)} />`
      : r.slip ? html`<a href=${`${SLIPS}/${r.slip}/document`} target="_blank">${t('chasing.has_slip')}</a>` : '') },
    { head: 'chasing.office', isHead: true, of: (r) => r.office_name },
    { head: 'chasing.late', isFigure: true, of: (r) => html`<strong class=${r.is_above ? 'late' : ''}>${number(r.late)}</strong>` },
    { head: 'chasing.late_open', isFigure: true, of: (r) => number(r.late_open) },
    { head: 'chasing.late_done', isFigure: true, of: (r) => number(r.late_done) },
    { head: 'chasing.received', isFigure: true, isWide: true, of: (r) => number(r.received) },
  ];
  return html`<${Rows} columns=${columns} rows=${value.rows} caption=${t('chasing.ranking')} keyOf=${(r) => r.office} />`;
}

function Slips({ slips, reload }) {
  const [shown, setShown] = useState(null);
  const slip = slips.find((s) => s.id === shown);
  const columns = [
    { head: 'chasing.number', isHead: true, of: (s) => html`<${Opener} isOpen=${s.id === shown} onToggle=${() => setShown(s.id === shown ? null : s.id)}>${s.number ?? t('chasing.no_number')}<//>` },
    { head: 'chasing.office', of: (s) => s.office_name },
    { head: 'chasing.period', isWide: true, of: (s) => `${date(s.from)} – ${date(s.to)}` },
    { head: 'chasing.late', isFigure: true, of: (s) => number(s.late_open + s.late_done) },
    { head: 'chasing.answer_by', of: (s) => date(s.answer_by) },
    { head: 'column.state', of: (s) => html`<${Tag} level=${LEVELS[s.state]}>${t(`chasing.state_${s.state}`)}<//>` },
    { head: 'chasing.paper', of: (s) => html`<a href=${s.document} target="_blank">PDF</a>` },
  ];
  const done = () => {
    store.notify(t('chasing.answer_saved'));
    reload();
  };
  return html`<${Rows} columns=${columns} rows=${slips} caption=${t('chasing.slips')} keyOf=${(s) => s.id} open=${shown} />
    ${slip && html`<${Part} title=${`${slip.number ?? t('chasing.no_number')} – ${slip.office_name}`}>
      <${Facts} rows=${[[t('chasing.signer'), slip.signer_name], [t('chasing.issued_at'), instant(slip.issued_at)],
    [t('chasing.as_of'), instant(slip.as_of)], [t('chasing.answered_on'), slip.answered_on && date(slip.answered_on)],
    [t('chasing.answer_text'), slip.answer]]} />
      ${slip.may_answer && html`<${Edits} key=${slip.id} name=${`chasing/${slip.id}`} edits=${[ANSWER]} onDone=${done}
        post=${(edit, body, key) => write(`${SLIPS}/${slip.id}/actions/answer`, body, { key })} />`}
    <//>`}`;
}

const Threshold = ({ typed, set }) => html`<div class="field"><label for="stats-threshold">${t('chasing.threshold')}</label>
  <input id="stats-threshold" type="number" min="1" value=${typed.threshold ?? ''} onInput=${(event) => set('threshold', event.target.value)} /></div>`;

export function Chasing({ place, query }) {
  const asked = askedOf(query);
  return html`<${Asked} key=${JSON.stringify(asked)} place=${place} asked=${asked} />`;
}

function Asked({ place, asked }) {
  const [marked, setMarked] = useState(null); // null: those above the threshold
  const [isOpen, setOpen] = useState(false);
  const name = JSON.stringify([asked, store.get().language]);
  const ranking = useLoad(`chasing/${name}`, () => read('/api/v1/statistics/chasing', asked));
  const slips = useLoad(`slips/${asked.office}`, () => read(SLIPS, { office: asked.office, limit: 200 }));
  const value = ranking.value;
  const free = value?.rows.filter((r) => r.may_chase && !r.slip) ?? [];
  const chosen = marked ?? free.filter((r) => r.is_above).map((r) => r.office);
  const toggle = (office) => setMarked(chosen.includes(office) ? chosen.filter((o) => o !== office) : [...chosen, office]);
  const done = (answer) => {
    setOpen(false);
    setMarked(null);
    store.notify(t('chasing.issued', { n: answer.items.filter((s) => s.is_new).length }));
    ranking.reload();
    slips.reload();
  };
  return html`<div><${Ask} asked=${asked} path=${place.path} problem=${ranking.problem} more=${Threshold} />
    ${!value && !ranking.problem && html`<${Loading} of=${ranking} />`}
    ${value && html`<p class="quiet">${t('chasing.about', { from: date(value.from), to: date(value.to), as_of: instant(value.as_of), threshold: value.threshold })}</p>
      ${(value.notes ?? []).map((note) => html`<p key=${note} class="note note-warn" role="note">${note}</p>`)}
      ${value.rows.length ? html`<${Ranking} value=${value} chosen=${chosen} toggle=${toggle} />` : html`<p class="empty">${t('chasing.none')}</p>`}
      ${free.length > 0 && !isOpen && html`<p><button type="button" class="main" disabled=${!chosen.length} onClick=${() => setOpen(true)}>${t('chasing.issue_n', { n: chosen.length })}</button></p>`}
      ${isOpen && html`<${Order} asked=${asked} chosen=${chosen} value=${value} onDone=${done} onClose=${() => setOpen(false)} />`}`}
    <h2>${t('chasing.slips')}</h2>
    ${!slips.value ? html`<${Loading} of=${slips} />` : slips.value.items.length
    ? html`<${Slips} slips=${slips.value.items} reload=${slips.reload} />` : html`<p class="empty">${t('chasing.no_slips')}</p>`}</div>`;
}
