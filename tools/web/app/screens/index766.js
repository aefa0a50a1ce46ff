/* Index 766 and the portal's figures: which criterion by office, a file taken in, differences dossier by dossier. */
import { html, useState } from '../lib/preact.js';
import { read, writeBytes } from '../api.js';
import { date, number } from '../format.js';
import { Loading, useLoad } from '../parts.js';
import { Report } from '../report.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Ask, askedOf } from './statistics_ask.js';

const CRITERIA = ['2.1', '2.2', '3.3a', '3.3b', '3.3c', '3.6', '4.1', '4.2', '4.3', '5.4'];

/* Which criterion the offices are compared in. */
export function Criterion({ typed, set }) {
  if (typed.group_by !== 'office') return null;
  return html`<div class="field"><label for="stats-criterion">${t('index.criterion')}</label>
    <select id="stats-criterion" value=${typed.criterion || '2.1'} onChange=${(event) => set('criterion', event.target.value)}>
      ${CRITERIA.map((c) => html`<option key=${c} value=${c}>${c}</option>`)}</select></div>`;
}

/* Whose dossiers are listed: of which criterion, and whether those that meet it. */
export function Behind({ typed, set }) {
  return html`<${Criterion} typed=${{ ...typed, group_by: 'office' }} set=${set} />
    <div class="field"><label for="stats-met">${t('index.met')}</label>
      <select id="stats-met" value=${typed.met ?? ''} onChange=${(event) => set('met', event.target.value)}>
        ${['any', 'yes', 'no'].map((word) => html`<option key=${word} value=${word === 'any' ? '' : word}>${t(`index.met_${word}`)}</option>`)}</select></div>`;
}

function Faults({ reply }) {
  return html`<div class="note note-bad" role="alert"><p>${t('portal.refused', { n: number(reply.fault_count) })}</p>
    <ul>${reply.faults.slice(0, 20).map((fault) => html`<li key=${`${fault.line}${fault.code}`}>${fault.message}</li>`)}</ul></div>`;
}

/* A file of just the period and office that are asked for. */
function TakeIn({ asked, onKept }) {
  const [file, setFile] = useState(null);
  const [state, setState] = useState({});
  const send = async (event) => {
    event.preventDefault();
    setState({ isBusy: true });
    try {
      const words = Object.entries({ from: asked.from, to: asked.to, office: asked.office, name: file.name }).filter(([, value]) => value);
      const reply = await writeBytes(`/api/v1/portal-files?${new URLSearchParams(words)}`, file, { method: 'POST' });
      setState({ reply });
      if (reply.is_kept) onKept();
    } catch (problem) {
      setState({ problem });
    }
  };
  return html`<form class="filters" onSubmit=${send}>
      <div class="field field-wide"><label for="portal-file">${t('portal.file', { from: date(asked.from), to: date(asked.to) })}</label>
        <input id="portal-file" type="file" accept=".csv,text/csv" required aria-describedby="portal-hint"
          onChange=${(event) => setFile(event.target.files[0] ?? null)} />
        <p class="quiet small" id="portal-hint">${t('portal.hint')}</p></div>
      <button type="submit" disabled=${!file || state.isBusy}>${t('portal.take_in')}</button></form>
    <div aria-live="polite">
      ${state.problem && html`<p class="note note-bad" role="alert">${state.problem.message}</p>`}
      ${state.reply && !state.reply.is_kept && html`<${Faults} reply=${state.reply} />`}
      ${state.reply?.is_kept && html`<p class="note">${t('portal.kept', { n: number(state.reply.file.rows), kind: t(`portal.kind_${state.reply.file.kind}`) })}</p>`}
    </div>`;
}

export function PortalScreen({ place, query }) {
  const asked = askedOf(query);
  const url = '/api/v1/statistics/portal-differences';
  const [round, setRound] = useState(0);
  const report = useLoad(JSON.stringify([place.key, asked, round, store.get().language]), () => read(url, asked));
  const isMissing = report.problem?.code === 'portal_no_file';
  return html`<${Ask} asked=${asked} path=${place.path} problem=${isMissing ? null : report.problem} />
    <${TakeIn} asked=${asked} onKept=${() => setRound(round + 1)} />
    ${isMissing && html`<p class="note">${report.problem.message}</p>`}
    ${!report.value && !report.problem && html`<${Loading} of=${report} />`}
    ${report.value && html`<${Report} value=${report.value} asked=${asked} url=${url} />`}`;
}
