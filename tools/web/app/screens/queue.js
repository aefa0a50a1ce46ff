/* Work that waits, as a real table; the same table shows the late board and what a search found. */
import { html, useEffect, useState } from '../lib/preact.js';
import { read } from '../api.js';
import { date, instant } from '../format.js';
import { Due, Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';

const QUEUES = ['mine', 'office', 'pending', 'return', 'late'];
const LETTER_LEVEL = { drafted: 'risk', signed: 'risk', numbered: 'risk' };

function LetterState({ state }) {
  if (!state || state === 'none') return null;
  return html`<${Tag} level=${LETTER_LEVEL[state] ?? 'fine'}>${t('letter.short')}: ${word('letter_state', state)}<//>`;
}

function Where({ row }) {
  return html`${row.step_name && html`<div>${row.step_name}</div>`}
    <div class="quiet small">${[row.officer_name, row.office_name].filter(Boolean).join(' · ')}</div>
    ${row.is_pending && html`<${Tag} level="wait">${t('queue.is_pending')}<//>`}`;
}

export function DossierTable({ rows, caption }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}><table class="dossiers">
    <caption class="hidden">${caption}</caption>
    <thead><tr>
      <th scope="col">${t('column.code')}</th><th scope="col">${t('column.due')}</th>
      <th scope="col">${t('column.applicant')}</th>
      <th scope="col" class="wide">${t('column.where')}</th><th scope="col" class="wide">${t('column.state')}</th>
      <th scope="col" class="wide">${t('column.received')}</th>
    </tr></thead>
    <tbody>
      ${rows.map((row) => html`<tr key=${row.code}>
        <td class="code"><a data-row href=${`#/dossier/${encodeURIComponent(row.code)}`}>${row.code}</a></td>
        <td class="due"><${Due} row=${row} /><div class="small">${instant(row.due_at)}</div></td>
        <td><div>${row.applicant_name}</div><div class="quiet small">${row.procedure_name}</div></td>
        <td class="wide"><${Where} row=${row} /></td>
        <td class="wide">${word('state', row.state)} <${LetterState} state=${row.letter_state} /></td>
        <td class="wide">${date(row.received_at)}</td>
      </tr>`)}
    </tbody>
  </table></div>`;
}

/* A list that grows page by page. */
function useList(name, path, query) {
  const [more, setMore] = useState({ items: [], next: undefined, isLoading: false, problem: null });
  const first = useLoad(name, () => {
    setMore({ items: [], next: undefined, isLoading: false, problem: null });
    return read(path, query);
  });
  const next = more.items.length ? more.next : first.value?.next;
  const grow = async () => {
    setMore({ ...more, isLoading: true, problem: null });
    try {
      const page = await read(path, { ...query, after: next });
      setMore({ items: [...more.items, ...page.items], next: page.next, isLoading: false, problem: null });
    } catch (problem) {
      setMore({ ...more, isLoading: false, problem });
    }
  };
  return { first, items: [...(first.value?.items ?? []), ...more.items], next, grow, more };
}

function List({ list, caption, empty }) {
  if (!list.first.value) return html`<${Loading} of=${list.first} />`;
  if (!list.items.length) return html`<p class="empty">${empty}</p>`;
  return html`<${DossierTable} rows=${list.items} caption=${caption} />
    ${list.more.problem && html`<p class="bad" role="alert">${list.more.problem.message}</p>`}
    <p class="quiet list-foot">${list.next ? t('list.shown', { n: list.items.length }) : t('list.all', { n: list.items.length })}
      ${list.next && html` <button type="button" disabled=${list.more.isLoading} onClick=${list.grow}>${t('list.more')}</button>`}</p>`;
}

/* How many wait in each queue: the first page tells up to 50, which is enough to know where to look. */
function Counts({ at }) {
  const [counts, setCounts] = useState({});
  useEffect(() => {
    let isHere = true;
    for (const queue of QUEUES) {
      read(`/api/v1/queues/${queue}`, { limit: 50, count: true })
        .then((page) => isHere && setCounts((old) => ({ ...old, [queue]: page.count ?? `${page.items.length}${page.next ? '+' : ''}` })))
        .catch(() => {});
    }
    return () => { isHere = false; };
  }, []);
  return html`<nav class="tabs" aria-label=${t('queue.label')}>
    ${QUEUES.map((queue) => html`<a key=${queue} href=${`#/queue/${queue}`} aria-current=${queue === at ? 'page' : undefined}>
      ${t(`queue.${queue}`)}${counts[queue] !== undefined && html` <span class=${queue === 'late' && counts[queue] !== '0' ? 'count count-late' : 'count'}>${counts[queue]}</span>`}</a>`)}
  </nav>`;
}

export function Queue({ rest }) {
  const queue = QUEUES.includes(rest[0]) ? rest[0] : 'mine';
  const list = useList(queue, `/api/v1/queues/${queue}`, {});
  useEffect(() => {
    const timer = setInterval(() => !document.hidden && store.get().session === 'open' && list.first.reload(), 60000);
    return () => clearInterval(timer);
  }, [queue]);
  return html`<${Title}>${t(`queue.${queue}`)}<//>
    <${Counts} at=${queue} />
    <p class="quiet">${t(`queue.about_${queue}`)}</p>
    <${List} list=${list} caption=${t(`queue.${queue}`)} empty=${t(`queue.empty_${queue}`)} />`;
}

export function Search({ query }) {
  const q = query.get('q') ?? '';
  const list = useList(q, '/api/v1/search', { q });
  return html`<${Title}>${t('search.title', { q })}<//>
    <${List} list=${list} caption=${t('search.title', { q })} empty=${t('search.empty')} />`;
}
