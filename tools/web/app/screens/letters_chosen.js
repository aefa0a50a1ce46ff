/* Letters chosen, to be signed, numbered or issued: each is shown once more with its paper, then the daemon takes them one by
 * one. What changed since it was shown is left out, and is told by name. */
import { html, useLayoutEffect, useRef, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { instant } from '../format.js';
import { Job } from '../job.js';
import { t } from '../text.js';

function Outcome({ action, items, rows }) {
  const refused = items.filter((row) => !row.item.is_done);
  const nameOf = (id) => rows.find((row) => row.id === id)?.applicant_name ?? '';
  return html`<div class=${refused.length ? 'note note-warn' : 'note'} role="status">
    <p>${t(`letters.done_${action}`, { n: items.length - refused.length })}</p>
    ${refused.length > 0 && html`<p>${t('letters.refused_count', { n: refused.length })}</p><ul class="tight">
      ${refused.map(({ item }) => html`<li key=${item.letter}><span class="code">${item.dossier}</span> ${nameOf(item.letter)}: ${item.reason}</li>`)}
    </ul>`}</div>`;
}

export function Chosen({ action, rows, onClose, onEnd }) {
  const [job, setJob] = useState(null);
  const [items, setItems] = useState(null);
  const [problem, setProblem] = useState(null);
  const box = useRef();
  useLayoutEffect(() => { box.current?.querySelector('h2').focus(); }, []);
  const order = async () => {
    setProblem(null);
    try {
      setJob(await write(`/api/v1/letters/actions/${action}`, { letters: rows.map(({ id, version }) => ({ id, version })) },
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
    onEnd();
  };
  const escape = (event) => {
    if (event.key === 'Escape' && !job) onClose();
  };
  return html`<section class="action" ref=${box} onKeyDown=${escape} aria-label=${t(`letters.review_${action}`)}>
    <h2 tabindex="-1">${t(`letters.review_${action}`)}</h2>
    <p class="quiet">${t('letters.review_about')}</p>
    <ol class="tight">${rows.map((row) => html`<li key=${row.id}>
      <span class="code">${row.dossier}</span> ${row.applicant_name}
      ${row.reappointed_at && html` · ${t('letter.reappointed')} ${instant(row.reappointed_at)}`}
      ${' '}<a href=${row.document} target="_blank" rel="noopener" aria-label=${t('letter.open_of', { code: row.dossier })}>PDF</a></li>`)}</ol>
    ${problem && html`<p class="bad" role="alert">${problem.message}</p>`}
    ${job && html`<${Job} key=${job.id} job=${job} onEnd=${end} />`}
    ${items && html`<${Outcome} action=${action} items=${items} rows=${rows} />`}
    <div class="buttons">
      ${!job && html`<button type="button" class="main" onClick=${order}>${t(`letters.${action}_n`, { n: rows.length })}</button>`}
      <button type="button" onClick=${onClose}>${t(items ? 'common.close' : 'common.cancel')}</button></div>
  </section>`;
}
