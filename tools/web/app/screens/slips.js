/* Blank slips, printed while there is power for the hours without it: batches, their papers, and what became of each slip. */
import { html, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Edits, EditForm, Opener, Rows } from '../edit.js';
import { instant, number } from '../format.js';
import { Loading, Tag, Title, useLoad } from '../parts.js';
import { Print } from '../print.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Part } from './dossier_parts.js';

const SLIPS = '/api/v1/blank-slips';
const MOST = 200; // of an order
const ORDER = {
  key: 'order', title: 'slip.order', about: 'slip.order_about', initial: { count: '20' },
  fields: [{ name: 'count', label: 'slip.count', kind: 'number', width: 'half' }],
};
const VOID = { key: 'void', title: 'slip.void', about: 'slip.void_about', isGrave: true, fields: [{ name: 'reason', kind: 'lines', rows: 2 }] };
const LEVELS = { unused: 'fine', used: 'done', void: 'wait' };

/* The slips of a batch; those not used yet can be chosen and made void. */
function Batch({ batch, mayAct, onDone }) {
  const slips = useLoad(`slips/${batch.id}/${batch.used}/${batch.voided}`, () => read(SLIPS, { batch: batch.id, limit: MOST }));
  const [chosen, setChosen] = useState([]);
  const [isOpen, setOpen] = useState(false);
  if (!slips.value) return html`<${Loading} of=${slips} />`;
  const toggle = (code) => setChosen(chosen.includes(code) ? chosen.filter((c) => c !== code) : [...chosen, code]);
  const columns = [
    { head: 'slip.choose', of: (s) => mayAct && s.state === 'unused' && html`<input type="checkbox" aria-label=${t('slip.choose_one', { code: s.code })}
      checked=${chosen.includes(s.code)} onChange=${() => toggle(s.code)} />` },
    { head: 'slip.code', isHead: true, of: (s) => (s.state === 'used' ? html`<a class="code" href=${`#/dossier/${encodeURIComponent(s.code)}`}>${s.code}</a>` : html`<span class="code">${s.code}</span>`) },
    { head: 'column.state', of: (s) => html`<${Tag} level=${LEVELS[s.state]}>${t(`slip.state_${s.state}`)}<//>` },
    { head: 'slip.what', isWide: true, of: (s) => (s.received_at ? t('slip.received', { at: instant(s.received_at) }) : s.void_reason ?? '') },
  ];
  const done = () => {
    store.notify(t('slip.voided', { n: chosen.length }));
    setChosen([]);
    setOpen(false);
    onDone();
  };
  return html`<${Part} title=${t('slip.batch', { n: batch.id })}>
    <${Rows} columns=${columns} rows=${slips.value.items} caption=${t('slip.batch', { n: batch.id })} keyOf=${(s) => s.code} />
    ${mayAct && batch.unused > 0 && !isOpen && html`<p><button type="button" disabled=${!chosen.length} onClick=${() => setOpen(true)}>
      ${chosen.length ? t('slip.void_n', { n: chosen.length }) : t('slip.void')}</button></p>`}
    ${isOpen && html`<${EditForm} name=${`slips/${batch.id}`} edit=${VOID} onClose=${() => setOpen(false)} onDone=${done}
      post=${({ reason }, key) => write(`${SLIPS}/actions/void`, { codes: chosen, reason }, { key })} />`}<//>`;
}

export function Slips() {
  const me = store.useStore((s) => s.me);
  const mayAct = store.may(me, 'accept');
  const batches = useLoad('batches', () => read('/api/v1/blank-slip-batches', { limit: 50 }));
  const [shown, setShown] = useState(null);
  const [ordered, setOrdered] = useState(null);
  const items = batches.value?.items ?? [];
  const batch = items.find((b) => b.id === shown);
  const done = (answer) => {
    store.notify(t('slip.ordered', { n: answer.count, first: answer.first, last: answer.last }));
    setOrdered(answer);
    batches.reload();
  };
  const columns = [
    { head: 'slip.batch_number', isHead: true, of: (b) => html`<${Opener} isOpen=${b.id === shown} onToggle=${() => setShown(b.id === shown ? null : b.id)}>${b.id}<//>` },
    { head: 'slip.codes', isWide: true, of: (b) => html`<span class="code">${b.first}</span> – <span class="code">${b.last.split('-').pop()}</span>` },
    { head: 'slip.state_unused', isFigure: true, of: (b) => number(b.unused) },
    { head: 'slip.state_used', isFigure: true, of: (b) => number(b.used) },
    { head: 'slip.state_void', isFigure: true, of: (b) => number(b.voided) },
    { head: 'slip.ordered_at', isWide: true, of: (b) => `${instant(b.ordered_at)} ${b.ordered_by ?? ''}` },
    { head: 'slip.prints', isFigure: true, of: (b) => number(b.prints) },
    { head: 'slip.paper', of: (b) => mayAct && b.unused > 0 && html`<a href=${b.document} target="_blank" rel="noopener">PDF</a>` },
  ];
  return html`<${Title}>${t('slip.title')}<//>
    <p class="quiet">${t('slip.about')}</p>
    ${mayAct && html`<${Edits} name="slips" edits=${[ORDER]} onDone=${done} post=${(edit, body, key) => write(SLIPS, { count: Number(body.count) }, { key })} />`}
    ${ordered && html`<p><${Print} key=${ordered.id} path=${ordered.document} code=${ordered.first} isMain=${true} label=${'slip.print'} /></p>`}
    ${!batches.value ? html`<${Loading} of=${batches} />`
    : items.length ? html`<${Rows} columns=${columns} rows=${items} caption=${t('slip.title')} keyOf=${(b) => b.id} open=${shown} />`
      : html`<p class="empty">${t('slip.none')}</p>`}
    ${batch && html`<${Batch} key=${batch.id} batch=${batch} mayAct=${mayAct} onDone=${batches.reload} />`}`;
}
