/* The late board: who waits beyond a promise, why, and the letter that is owed. A row opens where it stands. */
import { html, useState } from '../lib/preact.js';
import { read } from '../api.js';
import { instant, levelOf } from '../format.js';
import { useLive, useLiveRows, useMinute } from '../live.js';
import { Due, Loading, Tag, Title, useLoad } from '../parts.js';
import { t, word } from '../text.js';
import { CauseDetails } from './cause.js';
import { Letter } from './dossier.js';

function Detail({ code, onChanged }) {
  const loaded = useLoad(code, () => read(`/api/v1/dossiers/${encodeURIComponent(code)}`));
  const dossier = loaded.value;
  useLive({ dossier: (d) => d.code === code && !d.is_gone && d.version > (dossier?.version ?? 0) && loaded.reload() });
  const changed = async () => {
    await loaded.reload();
    onChanged();
  };
  if (!dossier) return html`<${Loading} of=${loaded} />`;
  return html`<div class="detail">
    <h2>${t('dossier.cause')}</h2>
    ${dossier.cause ? html`<${CauseDetails} code=${code} version=${dossier.version} onChanged=${changed} />` : html`<p class="quiet">${t('late.no_cause')}</p>`}
    ${dossier.letters?.length ? dossier.letters.map((letter) => html`<${Letter} key=${letter.id} letter=${letter}
      dossier=${dossier} onDone=${changed} onStale=${loaded.reload} />`) : html`<p class="quiet">${t('late.no_letter')}</p>`}
  </div>`;
}

function Row({ row, isOpen, onOpen, onChanged }) {
  const id = `late-${row.code}`;
  return html`<tr class=${isOpen ? 'open' : ''}>
      <td class="code"><button type="button" class="plain" data-row aria-expanded=${isOpen ? 'true' : 'false'} aria-controls=${id}
        onClick=${onOpen}>${isOpen ? '▾' : '▸'} ${row.code}</button></td>
      <td class="due"><${Due} row=${row} /><div class="small">${instant(row.due_at)}</div></td>
      <td><div>${row.applicant_name}</div><div class="quiet small">${row.procedure_name}</div></td>
      <td class="wide">${row.step_name}<div class="quiet small">${[row.officer_name, row.office_name].filter(Boolean).join(' · ')}</div></td>
      <td>${row.letter_state && row.letter_state !== 'none'
        ? html`<${Tag} level=${row.letter_state === 'drafted' ? 'risk' : 'fine'}>${word('letter_state', row.letter_state)}<//>`
        : html`<span class="quiet">${t('late.none')}</span>`}</td>
    </tr>
    <tr id=${id} hidden=${!isOpen}><td colspan="5">
      ${isOpen && html`<p><a href=${`#/dossier/${encodeURIComponent(row.code)}`}>${t('late.whole')}</a></p>
        <${Detail} code=${row.code} onChanged=${onChanged} />`}</td></tr>`;
}

export function Late() {
  const [open, setOpen] = useState(null);
  const list = useLoad('late', () => read('/api/v1/queues/late', { limit: 200 }));
  const rows = list.value?.items;
  useMinute();
  useLiveRows({ items: rows ?? [], write: (items) => list.replace({ ...list.value, items }), reload: list.reload,
    belongs: (d) => !d.ended_at && levelOf(d) !== 'fine' });
  return html`<${Title}>${t('late.title')}<//>
    <p class="quiet">${t('late.about')}</p>
    ${!rows && html`<${Loading} of=${list} />`}
    ${rows && !rows.length && html`<p class="empty">${t('queue.empty_late')}</p>`}
    ${rows?.length > 0 && html`<div class="scroll" tabindex="0" role="region" aria-label=${t('late.title')}><table class="dossiers">
      <caption class="hidden">${t('late.title')}</caption>
      <thead><tr><th scope="col">${t('column.code')}</th><th scope="col">${t('column.due')}</th>
        <th scope="col">${t('column.applicant')}</th><th scope="col" class="wide">${t('column.where')}</th>
        <th scope="col">${t('column.letter')}</th></tr></thead>
      <tbody>${rows.map((row) => html`<${Row} key=${row.code} row=${row} isOpen=${row.code === open} onChanged=${list.reload}
        onOpen=${() => setOpen(row.code === open ? null : row.code)} />`)}</tbody></table></div>
      <p class="quiet list-foot">${list.value.next ? t('list.first', { n: rows.length }) : t('list.all', { n: rows.length })}</p>`}`;
}
