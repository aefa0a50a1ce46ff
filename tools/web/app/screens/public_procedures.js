/* For anybody: what may be filed, with its papers, limit and fee; found by typing, marks do not matter. */
import { html, useState } from '../lib/preact.js';
import { readAll } from '../api.js';
import { fold, number } from '../format.js';
import { Loading, useLoad } from '../parts.js';
import { t } from '../text.js';
import { Facts } from './dossier_parts.js';
import { Frame } from './public.js';

const SHOWN_MAX = 50;

const matches = (row, words) => words.every((w) => row.folded.includes(w));

function Case({ row, isOnly }) {
  return html`${!isOnly && html`<h3>${row.name}</h3>`}
    <${Facts} rows=${[
      [t('intake.limit'), row.returns_at_once ? `${row.limit}; ${t('procedure.at_once')}` : row.limit],
      [t('thu_tuc.fee'), row.fee_dong ? t('thu_tuc.dong', { n: number(row.fee_dong) }) : t('thu_tuc.free')],
    ]} />
    ${row.components.length > 0 && html`<p class="small"><strong>${t('dossier.components')}</strong></p><ul class="tight">
      ${row.components.map((c) => html`<li key=${c.name}>${c.name}${c.copies > 1 && html` × ${c.copies}`}
        ${c.kind && c.kind !== 'original' && html` <span class="quiet">(${t(`component_kind.${c.kind}`)})</span>`}${c.is_required === false && html` <span class="quiet">${t('thu_tuc.if_any')}</span>`}</li>`)}</ul>`}`;
}

export function PublicProcedures({ query }) {
  const [typed, setTyped] = useState(query.get('q') ?? '');
  const list = useLoad('public-procedures', async () => (await readAll('/public/procedures'))
    .map((row) => ({ ...row, folded: fold(`${row.name} ${row.code} ${row.field_name}`) })));
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const found = list.value?.filter((row) => matches(row, words)) ?? [];
  return html`<${Frame} title=${t('thu_tuc.title')}>
    <div class="field"><label for="procedures-q">${t('intake.procedure')}</label>
      <input id="procedures-q" type="search" autocomplete="off" maxlength="200" placeholder=${t('intake.procedure_hint')} value=${typed} onInput=${(event) => setTyped(event.target.value)} /></div>
    ${!list.value ? html`<${Loading} of=${list} />` : html`<p class="quiet" role="status">${t('thu_tuc.found', { n: found.length })}</p>
      ${found.slice(0, SHOWN_MAX).map((row) => html`<details key=${row.code} class="procedure" open=${found.length === 1}><summary>${row.name} <span class="quiet small">${row.code} · ${row.field_name}</span></summary>
        <div class="detail">${row.result_name && html`<p>${t('procedure.result')}: ${row.result_name}</p>`}
          ${row.cases.map((c) => html`<${Case} key=${c.name} row=${c} isOnly=${row.cases.length === 1} />`)}
          ${row.legal_basis && html`<p class="quiet small remark">${row.legal_basis}</p>`}</div></details>`)}`}
  <//>`;
}
