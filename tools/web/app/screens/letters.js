/* Letters of apology, by state: what waits for a signature, a number, its sending. */
import { html, useState } from '../lib/preact.js';
import { read } from '../api.js';
import { instant } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import { t, word } from '../text.js';
import { Letter } from './dossier.js';

const STATES = ['', 'drafted', 'signed', 'numbered', 'issued', 'delivered', 'lapsed', 'cancelled'];

function Row({ row, isOpen, onOpen, onChanged }) {
  const letter = useLoad(isOpen ? `${row.id}/${row.version}` : '', async () => (isOpen ? read(`/api/v1/letters/${row.id}`) : null));
  const changed = async () => {
    await letter.reload();
    onChanged();
  };
  const id = `letter-${row.id}`;
  return html`<tr class=${isOpen ? 'open' : ''}>
      <td><button type="button" class="plain" data-row aria-expanded=${isOpen ? 'true' : 'false'} aria-controls=${id} onClick=${onOpen}>
        ${isOpen ? '▾' : '▸'} ${row.number ?? t('letter.no_number')}</button></td>
      <td><${Tag} level=${row.state === 'drafted' ? 'risk' : 'fine'}>${word('letter_state', row.state)}<//>
        ${row.timing !== 'none' && html` <${Tag} level=${row.timing === 'in_time' ? 'done' : 'late'}>${word('letter_timing', row.timing)}<//>`}</td>
      <td class="code"><a href=${`#/dossier/${encodeURIComponent(row.dossier)}`}>${row.dossier}</a>
        <div class="quiet small">${row.applicant_name}</div></td>
      <td class="wide">${row.author_office_name}</td>
      <td class="wide">${instant(row.latest_at)}</td>
      <td>${row.document && html`<a href=${row.document} target="_blank" rel="noopener"
        aria-label=${t('letter.open_of', { code: row.dossier })}>PDF</a>`}</td>
    </tr>
    <tr id=${id} hidden=${!isOpen}><td colspan="6">${isOpen && (letter.value
      ? html`<${Letter} letter=${letter.value} onDone=${changed} onStale=${letter.reload} />`
      : html`<${Loading} of=${letter} />`)}</td></tr>`;
}

export function Letters() {
  const [state, setState] = useState('');
  const [open, setOpen] = useState(null);
  const list = useLoad(`letters/${state}`, () => read('/api/v1/letters', { state, limit: 200 }));
  const rows = list.value?.items;
  return html`<${Title}>${t('letters.title')}<//>
    <div class="filters"><div class="field"><label for="letters-state">${t('column.state')}</label>
      <select id="letters-state" value=${state} onChange=${(event) => setState(event.target.value)}>
        ${STATES.map((s) => html`<option key=${s} value=${s}>${s ? word('letter_state', s) : t('letters.all')}</option>`)}
      </select></div></div>
    ${!rows && html`<${Loading} of=${list} />`}
    ${rows && !rows.length && html`<p class="empty">${t('letters.empty')}</p>`}
    ${rows?.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('letters.title')}><table class="dossiers">
      <caption class="hidden">${t('letters.title')}</caption>
      <thead><tr><th scope="col">${t('column.letter_number')}</th><th scope="col">${t('column.state')}</th>
        <th scope="col">${t('column.code')}</th><th scope="col" class="wide">${t('letter.author')}</th>
        <th scope="col" class="wide">${t('letter.latest')}</th><th scope="col">${t('column.paper')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${row.id} row=${row} isOpen=${row.id === open} onChanged=${list.reload}
        onOpen=${() => setOpen(row.id === open ? null : row.id)} />`)}</tbody></table></div>
      <p class="quiet list-foot">${list.value.next ? t('list.first', { n: rows.length }) : t('list.all', { n: rows.length })}</p>`}`;
}
