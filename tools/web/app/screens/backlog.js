/* The backlog: dossiers that are probably finished and were never closed on the system, with what speaks for it; proposals are
 * reviewed here and approved together, each closed in its turn. */
import { html, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { instant, number } from '../format.js';
import { Job } from '../job.js';
import { Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word, wordsOf } from '../text.js';

const SHOWN = ['all', 'no', 'yes'];
const mayApprove = (row) => row.allowed_actions.includes('force_close');

function Proposal({ row }) {
  if (!row.proposal) return html`<span class="quiet">${t('backlog.not_proposed')}</span>`;
  return html`<${Tag} level="wait">${t('backlog.proposed')}<//> ${row.proposal.label}
    <div class="quiet small">${row.proposal.officer_name} · ${instant(row.proposal.at)}</div>`;
}

function Row({ row, isChosen, onChoose, hasChoice }) {
  return html`<tr>
    ${hasChoice && html`<td>${mayApprove(row) && html`<input type="checkbox" checked=${isChosen} onChange=${onChoose}
      aria-label=${t('backlog.choose', { code: row.dossier })} />`}</td>`}
    <td class="code"><a data-row href=${`#/dossier/${encodeURIComponent(row.dossier)}`}>${row.dossier}</a>
      <div class="quiet small">${row.procedure_name}</div></td>
    <td><ul class="tight">${row.labels.map((label) => html`<li key=${label}>${label}</li>`)}</ul></td>
    <td>${row.days_overdue ? t('backlog.overdue', { n: number(row.days_overdue) }) : ''}
      <div class="quiet small">${t('backlog.idle', { n: number(row.days_idle) })}</div></td>
    <td>${row.state_label}<div class="quiet small">${[row.officer_name, row.office_name].filter(Boolean).join(' · ')}</div></td>
    <td><${Proposal} row=${row} /></td></tr>`;
}

/* What became of each, by code. */
function Outcome({ items }) {
  const refused = items.filter((row) => !row.item.is_done);
  return html`<div class=${refused.length ? 'note note-warn' : 'note'} role="status">
    <p>${t('backlog.closed', { n: items.length - refused.length })}</p>
    ${refused.length > 0 && html`<ul class="tight">${refused.map(({ item }) => html`<li key=${item.dossier}>
      <span class="code">${item.dossier}</span>: ${item.reason}</li>`)}</ul>`}</div>`;
}

/* The proposals chosen, approved by one word. */
function Approve({ rows, onEnd }) {
  const [job, setJob] = useState(null);
  const [items, setItems] = useState(null);
  const [problem, setProblem] = useState(null);
  const order = async () => {
    setProblem(null);
    setItems(null);
    try {
      setJob(await write('/api/v1/backlog/close', { dossiers: rows.map((row) => ({ dossier: row.dossier, proposal: row.proposal.seq })) },
        { key: crypto.randomUUID() }));
    } catch (failure) {
      setProblem(failure);
    }
  };
  const end = async (ended) => {
    const found = [];
    for (let after; ;) {
      const page = await read(`/api/v1/jobs/${ended.id}/items`, { limit: 200, after });
      found.push(...page.items);
      if (!page.next) break;
      after = page.next;
    }
    setItems(found);
    setJob(null);
    onEnd();
  };
  return html`<section class="action" aria-label=${t('backlog.approve')}>
    <p class="quiet">${t('backlog.approve_about')}</p>
    ${problem && html`<p class="bad" role="alert">${problem.message}</p>`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${end} />`}
    ${items && html`<${Outcome} items=${items} />`}
    ${!job && html`<div class="buttons"><button type="button" class="main" disabled=${!rows.length} onClick=${order}>
      ${t('backlog.approve_n', { n: rows.length })}</button></div>`}</section>`;
}

export function Backlog({ place, query }) {
  const shown = SHOWN.includes(query.get('proposed')) ? query.get('proposed') : 'all';
  const [sign, setSign] = useState('');
  const [chosen, setChosen] = useState([]);
  const [more, setMore] = useState([]);
  const [next, setNext] = useState(undefined);
  const asked = { limit: 50, sign, proposed: shown === 'all' ? '' : shown };
  const list = useLoad(`${shown}/${sign}/${store.get().language}`, async () => {
    const page = await read('/api/v1/backlog', asked);
    setMore([]);
    setChosen([]);
    setNext(page.next);
    return page;
  });
  const rows = [...(list.value?.items ?? []), ...more];
  const hasChoice = rows.some(mayApprove);
  const load = async () => {
    const page = await read('/api/v1/backlog', { ...asked, after: next });
    setMore([...more, ...page.items]);
    setNext(page.next);
  };
  const choose = (code) => setChosen(chosen.includes(code) ? chosen.filter((c) => c !== code) : [...chosen, code]);
  return html`<p class="quiet">${t('backlog.about')}</p>
    ${list.value && html`<p class="quiet small">${t('backlog.days', { overdue: list.value.overdue_days, idle: list.value.idle_days,
      result: list.value.result_days, imported: list.value.import_days })}</p>`}
    <nav class="tabs" aria-label=${t('backlog.title')}>${SHOWN.map((name) => html`<a key=${name}
      href=${`#/statistics${place.path}?proposed=${name}`} aria-current=${name === shown ? 'page' : undefined}>${t(`backlog.shown_${name}`)}</a>`)}</nav>
    <div class="choices" role="group" aria-label=${t('backlog.signs')}>
      <button type="button" aria-pressed=${sign ? 'false' : 'true'} onClick=${() => setSign('')}>${t('backlog.every_sign')}</button>
      ${wordsOf('backlog_sign').map((name) => html`<button type="button" key=${name} aria-pressed=${sign === name ? 'true' : 'false'}
        onClick=${() => setSign(name)}>${word('backlog_sign', name)}</button>`)}</div>
    ${!list.value && html`<${Loading} of=${list} />`}
    ${list.value && !rows.length && html`<p class="empty">${t('backlog.empty')}</p>`}
    ${hasChoice && html`<${Approve} rows=${rows.filter((row) => chosen.includes(row.dossier))} onEnd=${list.reload} />`}
    ${rows.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('backlog.title')}><table class="dossiers">
      <caption class="hidden">${t('backlog.title')}</caption>
      <thead><tr>${hasChoice && html`<th scope="col"><span class="hidden">${t('backlog.approve')}</span></th>`}
        <th scope="col">${t('column.code')}</th><th scope="col">${t('backlog.signs')}</th><th scope="col">${t('backlog.since')}</th>
        <th scope="col">${t('column.where')}</th><th scope="col">${t('backlog.proposal')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${row.dossier} row=${row} hasChoice=${hasChoice} isChosen=${chosen.includes(row.dossier)}
        onChoose=${() => choose(row.dossier)} />`)}</tbody></table></div>
      <p class="quiet">${t('backlog.how')}</p>
      ${next && html`<p class="list-foot"><button type="button" onClick=${load}>${t('list.more')}</button></p>`}`}`;
}
