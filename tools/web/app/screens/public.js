/* Screens for anybody: is this paper genuine, and how does my dossier stand. */
import { html, useEffect, useState } from '../lib/preact.js';
import { fetchFile, read, write } from '../api.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { date, longInstant } from '../format.js';
import { FormProblem, Loading, Tag, Title, useLoad } from '../parts.js';
import * as store from '../store.js';
import { speak, t } from '../text.js';
import { Signatures } from './dossier.js';
import { Facts } from './dossier_parts.js';

const HASHES_MAX = 16; // that one question may name
const FILE_MAX = 32 << 20; // bytes
const END = [0x25, 0x25, 0x45, 0x4f, 0x46]; // %%EOF, the end of each revision
const LEVELS = { genuine: 'done', superseded: 'risk', cancelled: 'late', unknown: 'late', added: 'late' };

/* Where each revision of a PDF ends: each signature is one more revision behind the paper as it was printed. */
function endsOf(bytes) {
  const ends = [];
  for (let i = bytes.indexOf(END[0]); i >= 0; i = bytes.indexOf(END[0], i + 1)) {
    if (!END.every((byte, n) => bytes[i + n] === byte)) continue;
    let end = i + END.length;
    if (bytes[end] === 0x0d) end++;
    if (bytes[end] === 0x0a) end++;
    ends.push(end);
  }
  return ends;
}

/* The file does not leave this computer: only its hashes are asked for. */
async function hashesOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const ends = [...new Set([bytes.length, ...endsOf(bytes).reverse()])].slice(0, HASHES_MAX);
  return Promise.all(ends.map(async (end) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.subarray(0, end)))]
    .map((byte) => byte.toString(16).padStart(2, '0')).join('')));
}

/* What else there is for anybody. */
const OTHERS = [['tra-cuu', 'lookup.title'], ['kiem-tra', 'check.title'], ['thu-tuc', 'thu_tuc.title'], ['so-lieu', 'so_lieu.title']];

export function Frame({ title, children }) {
  const other = store.get().language === 'vi' ? 'en' : 'vi';
  return html`<main class="open"><p class="brand">${t('app.name')}</p><div class="sheet"><${Title}>${title}<//>${children}</div>
    <nav class="foot" aria-label=${t('open.label')}>${OTHERS.map(([to, key]) => html`<a key=${to} href=${`#/${to}`}
      aria-current=${location.hash.startsWith(`#/${to}`) ? 'page' : undefined}>${t(key)}</a>`)}
      <a href="#/queue">${t('login.in')}</a> <button type="button" class="plain" lang=${other} onClick=${() => speak(other).catch(() => store.notify(t('problem.line'), 'bad'))}>
      ${other === 'en' ? 'English' : 'Tiếng Việt'}</button></nav></main>`;
}

/* `whole` is the hash of the file itself: where only an earlier revision of it is known, something was added to the paper. */
function Answer({ found, whole }) {
  const state = whole && found.hash && found.hash !== whole ? 'added' : found.state;
  return html`<div class="note" role="status">
    <p><${Tag} level=${LEVELS[state]}>${t(`check.${state}`)}<//></p>
    <p>${t(`check.about_${state}`)}</p>
    <${Facts} rows=${[
      [t('check.paper'), found.title], [t('check.number'), found.number], [t('check.office'), found.office_name],
      [t('check.issued'), found.issued_on && date(found.issued_on)],
    ]} />
    ${state === 'genuine' && found.hash && found.is_newest === false && html`<p>${t('check.older')}</p>`}
    <${Signatures} signatures=${found.signatures} />
  </div>`;
}

export function Check({ rest }) {
  const token = rest[0];
  const byToken = useLoad(`check/${token ?? ''}`, async () => (token ? read(`/public/documents/${encodeURIComponent(token)}`) : null));
  const [answer, setAnswer] = useState(null); // {found} or {problem}
  const choose = async (event) => {
    const [file] = event.target.files;
    setAnswer(null);
    if (!file) return;
    try {
      if (file.size > FILE_MAX) setAnswer({ problem: { message: t('check.too_long') } });
      else {
        const hashes = await hashesOf(file);
        setAnswer({ found: await write('/public/documents/check', { hashes }), whole: hashes[0] });
      }
    } catch (problem) {
      setAnswer({ problem });
    }
  };
  return html`<${Frame} title=${t('check.title')}>
    ${token && (byToken.value ? html`<p>${t('check.by_code')}</p><${Answer} found=${byToken.value} />` : html`<${Loading} of=${byToken} />`)}
    <div class="field"><label for="check-file">${t('check.file')}</label>
      <input id="check-file" type="file" accept=".pdf,application/pdf" aria-describedby="check-hint" onChange=${choose} />
      <p class="quiet small" id="check-hint">${t('check.file_hint')}</p></div>
    ${answer?.problem && html`<p class="note note-bad" role="alert">${answer.problem.message}</p>`}
    ${answer?.found && html`<${Answer} ...${answer} />`}
  <//>`;
}

const FIELDS = [
  { name: 'code', max: 64, width: 'half' }, { name: 'secret', label: 'intake.secret', max: 64, width: 'half' },
];

function Found({ dossier, values }) {
  const [problem, setProblem] = useState(null);
  const [letter, setLetter] = useState(null);
  useEffect(() => () => letter && URL.revokeObjectURL(letter), [letter]);
  const open = async () => {
    setProblem(null);
    try {
      setLetter(URL.createObjectURL(await fetchFile('/public/lookup/letter', values)));
    } catch (failure) {
      setProblem(failure);
    }
  };
  return html`<div class="note" role="status"><p><strong>${dossier.code}</strong> ${dossier.procedure_name}</p>
    <p><${Tag} level="done">${dossier.state_label}<//></p>
    <${Facts} rows=${[
      [t('dossier.holder'), dossier.office_name],
      [t('dossier.received_at'), dossier.received_at && longInstant(dossier.received_at)],
      [t('dossier.due_at'), dossier.due_at && longInstant(dossier.due_at)],
      [t('dossier.due_reappointed'), dossier.due_reappointed_at && longInstant(dossier.due_reappointed_at)],
      [t('dossier.done_at'), dossier.done_at && longInstant(dossier.done_at)],
    ]} />
    ${dossier.has_letter && !letter && html`<button type="button" onClick=${open}>${t('lookup.letter')}</button>`}
    ${letter && html`<a class="button" href=${letter} download=${`${dossier.code}.pdf`}>${t('lookup.letter_ready')}</a>`}
    ${problem && html`<p class="bad" role="alert">${problem.message}</p>`}
  </div>`;
}

export function Lookup({ rest }) {
  const form = useForm('lookup', { code: rest[0] ?? '', secret: rest[1] ?? '' });
  const [found, setFound] = useState(null); // {dossier, values}
  const ask = async () => {
    setFound(null);
    const values = { code: form.values.code.trim(), secret: form.values.secret.trim() };
    const dossier = await form.send(() => write('/public/lookup', values));
    if (dossier) setFound({ dossier, values });
  };
  useEffect(() => {
    if (rest[1]) ask();
  }, []);
  return html`<${Frame} title=${t('lookup.title')}>
    <p class="quiet">${t('lookup.about')}</p>
    <form onSubmit=${(event) => { event.preventDefault(); ask(); }}>
      <${FormProblem} problem=${form.problem} fields=${FIELDS.map((field) => field.name)} />
      ${form.problem?.code === 'lookup_unknown' && html`<p class="quiet">${t('slip.lookup')}</p>`}
      ${FIELDS.map((field) => html`<${Field} key=${field.name} form=${form} prefix="lookup" field=${field} />`)}
      <button type="submit" class="main" disabled=${form.isBusy}>${t('lookup.ask')}</button>
    </form>
    ${found && html`<${Found} key=${found.dossier.code} ...${found} />`}
  <//>`;
}
