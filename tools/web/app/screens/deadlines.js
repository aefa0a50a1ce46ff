/* The clerk's and the officer's own deadlines: what must be done by when besides the promise to the applicant. */
import { html, useState } from '../lib/preact.js';
import { read } from '../api.js';
import { instant } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';

const STATES = ['overdue', 'due_today', 'soon', 'all'];

/* How a deadline stands: words always, red for a duty that was missed alone. */
function Standing({ row }) {
  if (row.is_passed) return html`<${Tag} level=${row.ends === 'duty' ? 'late' : 'done'}>${t(`deadline.passed_${row.ends}`)}<//>`;
  return row.ends === 'duty' ? null : html`<${Tag} level="wait">${t(`deadline.ends_${row.ends}`)}<//>`;
}

function Row({ row }) {
  return html`<tr>
    <td class="due">${instant(row.due_at)}<div><${Standing} row=${row} /></div></td>
    <td><strong>${row.label}</strong></td>
    <td class="code"><a data-row href=${`#/dossier/${encodeURIComponent(row.dossier)}`}>${row.dossier}</a>
      <div class="quiet small">${row.procedure_name}</div></td>
    <td>${row.office_name}<div class="quiet small">${row.officer_name ?? t('deadline.nobody')}</div></td></tr>`;
}

export function Deadlines({ query }) {
  const state = STATES.includes(query.get('state')) ? query.get('state') : 'all';
  const [kind, setKind] = useState('');
  const [more, setMore] = useState([]);
  const [next, setNext] = useState(undefined);
  const asked = { state, limit: 50 };
  const counted = useLoad(`${state}/${store.get().language}`, () => read('/api/v1/deadlines', { ...asked, limit: 1, count: true }));
  const list = useLoad(`${state}/${kind}`, async () => {
    const page = await read('/api/v1/deadlines', { ...asked, kind });
    setMore([]);
    setNext(page.next);
    return page;
  });
  const rows = [...(list.value?.items ?? []), ...more];
  const load = async () => {
    const page = await read('/api/v1/deadlines', { ...asked, kind, after: next });
    setMore([...more, ...page.items]);
    setNext(page.next);
  };
  return html`<${Title}>${t('deadline.title')}<//>
    <p class="quiet">${t('deadline.about')}</p>
    <nav class="tabs" aria-label=${t('deadline.title')}>${STATES.map((name) => html`<a key=${name} href=${`#/deadlines?state=${name}`}
      aria-current=${name === state ? 'page' : undefined}>${t(`deadline.state_${name}`)}
      ${name === state && counted.value && html` <span class="count">${counted.value.count}</span>`}</a>`)}</nav>
    ${counted.value?.counts?.length > 0 && html`<div class="choices" role="group" aria-label=${t('deadline.kinds')}>
      <button type="button" aria-pressed=${kind ? 'false' : 'true'} onClick=${() => setKind('')}>${t('deadline.every_kind')}</button>
      ${counted.value.counts.map((row) => html`<button type="button" key=${row.kind} aria-pressed=${kind === row.kind ? 'true' : 'false'}
        onClick=${() => setKind(row.kind)}>${word('deadline_kind', row.kind)} (${row.count})</button>`)}</div>`}
    ${!list.value && html`<${Loading} of=${list} />`}
    ${list.value && !rows.length && html`<p class="empty">${t('deadline.empty')}</p>`}
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('deadline.title')}><table class="dossiers deadlines">
      <caption class="hidden">${t('deadline.title')}</caption>
      <thead><tr><th scope="col">${t('deadline.due')}</th><th scope="col">${t('column.what')}</th>
        <th scope="col">${t('column.code')}</th><th scope="col">${t('deadline.who')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${`${row.dossier}/${row.kind}/${row.opinion ?? ''}`} row=${row} />`)}</tbody></table></div>
      ${next && html`<p class="list-foot"><button type="button" onClick=${load}>${t('list.more')}</button></p>`}`}`;
}
