/* Letters of apology, by state: what waits for a signature, a number, its sending. */
import { html, useState } from '../lib/preact.js';
import { read } from '../api.js';
import * as store from '../store.js';
import { instant } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import { t, word } from '../text.js';
import { Letter } from './dossier.js';
import { Chosen } from './letters_chosen.js';

const STATES = ['', 'drafted', 'refused', 'signed', 'numbered', 'issued', 'delivered', 'acknowledged', 'lapsed', 'cancelled'];
/* What may be done with several letters at once: in which states, by whom. */
const TOGETHER = [
  { action: 'sign', states: ['drafted', 'refused'], right: 'sign_letters' },
  { action: 'number', states: ['signed'], right: 'number_letter' },
  { action: 'issue', states: ['numbered'], right: 'issue_letter' },
];

/* Owed, and its moment has passed; a refused one is missing at once. */
const isMissing = (row, now) => row.state === 'refused'
  || (['drafted', 'signed', 'numbered'].includes(row.state) && Boolean(row.latest_at) && Date.parse(row.latest_at) < now);

function Row({ row, isOpen, canChoose, isChosen, onChoose, onOpen, onChanged }) {
  const letter = useLoad(isOpen ? `${row.id}/${row.version}` : '', async () => (isOpen ? read(`/api/v1/letters/${row.id}`) : null));
  const changed = async () => {
    await letter.reload();
    onChanged();
  };
  const id = `letter-${row.id}`;
  return html`<tr class=${isOpen ? 'open' : ''}>
      ${onChoose && html`<td class="pick">${canChoose && html`<input type="checkbox" checked=${isChosen} onChange=${onChoose}
        aria-label=${t('letters.choose', { code: row.dossier })} />`}</td>`}
      <td class="code"><button type="button" class="plain" data-row aria-expanded=${isOpen ? 'true' : 'false'} aria-controls=${id} onClick=${onOpen}>
        ${isOpen ? '▾' : '▸'} ${row.number ?? t('letter.no_number')}</button></td>
      <td><${Tag} level=${row.state === 'drafted' ? 'risk' : 'fine'}>${word('letter_state', row.state)}<//>
        ${isMissing(row, Date.now() + store.get().skew) && html` <${Tag} level="late">${t('ledger.missing')}<//>`}
        ${row.timing !== 'none' && html` <${Tag} level=${row.timing === 'in_time' ? 'done' : 'late'}>${word('letter_timing', row.timing)}<//>`}</td>
      <td class="code"><a href=${`#/dossier/${encodeURIComponent(row.dossier)}`}>${row.dossier}</a>
        <div class="quiet small">${row.applicant_name}</div>
        ${row.trigger !== 'lateness' && html`<div class="small">${word('letter_trigger', row.trigger)}</div>`}</td>
      <td class="wide">${row.author_office_name}</td>
      <td class="wide">${instant(row.latest_at)}</td>
      <td>${row.document && html`<a href=${row.document} target="_blank" rel="noopener"
        aria-label=${t('letter.open_of', { code: row.dossier })}>PDF</a>`}</td>
    </tr>
    <tr id=${id} hidden=${!isOpen}><td colspan=${onChoose ? 7 : 6}>${isOpen && (letter.value
      ? html`<${Letter} letter=${letter.value} onDone=${changed} onStale=${letter.reload} />`
      : html`<${Loading} of=${letter} />`)}</td></tr>`;
}

export function Letters() {
  const [state, setState] = useState('');
  const [open, setOpen] = useState(null);
  const [chosen, setChosen] = useState(new Set());
  const [review, setReview] = useState(null); // {action, rows}
  const me = store.useStore((s) => s.me);
  const mine = TOGETHER.filter((row) => store.may(me, row.right));
  const list = useLoad(`letters/${state}`, () => read('/api/v1/letters', { state, limit: 200 }));
  const rows = list.value?.items;
  const isReady = (row) => mine.some(({ states }) => states.includes(row.state));
  const ready = rows?.filter(isReady) ?? [];
  const picked = ready.filter((row) => chosen.has(row.id));
  const choose = (id) => setChosen((old) => {
    const next = new Set(old);
    if (!next.delete(id)) next.add(id);
    return next;
  });
  const all = () => setChosen(picked.length === ready.length ? new Set() : new Set(ready.map((row) => row.id)));
  const ended = () => {
    setChosen(new Set());
    list.reload();
  };
  return html`<${Title}>${t('letters.title')}<//>
    <div class="filters"><div class="field"><label for="letters-state">${t('column.state')}</label>
      <select id="letters-state" value=${state} onChange=${(event) => setState(event.target.value)}>
        ${STATES.map((s) => html`<option key=${s} value=${s}>${s ? word('letter_state', s) : t('letters.all')}</option>`)}
      </select></div>
      ${rows?.some((row) => row.number) && (state === '' || state === 'numbered') && html`<p><a href="/api/v1/print-batches?kind=letter" target="_blank" rel="noopener">${t('letters.print')}</a></p>`}</div>
    ${ready.length > 0 && !review && html`<div class="buttons">
      <button type="button" onClick=${all}>${t(picked.length === ready.length ? 'letters.choose_none' : 'letters.choose_all', { n: ready.length })}</button>
      ${mine.map(({ action, states }) => {
        const of = picked.filter((row) => states.includes(row.state));
        return html`<button type="button" key=${action} class="main" disabled=${!of.length}
          onClick=${() => setReview({ action, rows: of })}>${t(`letters.${action}_n`, { n: of.length })}</button>`;
      })}</div>`}
    ${review && html`<${Chosen} ...${review} onClose=${() => setReview(null)} onEnd=${ended} />`}
    ${!rows && html`<${Loading} of=${list} />`}
    ${rows && !rows.length && html`<p class="empty">${t('letters.empty')}</p>`}
    ${rows?.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('letters.title')}><table class="dossiers">
      <caption class="hidden">${t('letters.title')}</caption>
      <thead><tr>${mine.length > 0 && html`<th scope="col"><span class="hidden">${t('letters.chosen')}</span></th>`}
        <th scope="col">${t('column.letter_number')}</th><th scope="col">${t('column.state')}</th>
        <th scope="col">${t('column.code')}</th><th scope="col" class="wide">${t('letter.author')}</th>
        <th scope="col" class="wide">${t('letter.latest')}</th><th scope="col">${t('column.paper')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${row.id} row=${row} isOpen=${row.id === open} onChanged=${list.reload}
        canChoose=${isReady(row)} isChosen=${chosen.has(row.id)} onChoose=${mine.length ? () => choose(row.id) : null}
        onOpen=${() => setOpen(row.id === open ? null : row.id)} />`)}</tbody></table></div>
      <p class="quiet list-foot">${list.value.next ? t('list.first', { n: rows.length }) : t('list.all', { n: rows.length })}</p>`}`;
}
