/* Who made it late: what the engine found, what an office objects, what a leader decided, side by side; beneath them
 * the stretches and intervals all of it rests on. */
import { html, useLayoutEffect, useRef, useState } from '../lib/preact.js';
import { read, write } from '../api.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { fromLocal, instant, minutes } from '../format.js';
import { FormProblem, Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';

const levels = { objective: 'fine', subjective: 'certain', undetermined: 'risk' };

function Verdict({ row }) {
  return html`<${Tag} level=${levels[row.verdict] ?? 'wait'}>${word('cause_verdict', row.verdict)}<//>
    ${row.cause && html` ${word('cause', row.cause)}`}`;
}

function Lines({ text }) {
  return (text ?? '').split('\n').filter(Boolean).map((line, i) => html`<p key=${i}>${line}</p>`);
}

function Found({ cause }) {
  const last = cause.findings.at(-1);
  return html`<div><h3>${t('cause.found')}</h3>
    ${last ? html`<p><${Verdict} row=${last} /></p>
      ${last.office_names?.length > 0 && html`<p>${t('cause.at_fault')}: <strong>${last.office_names.join(', ')}</strong></p>`}
      <p class="quiet small">${instant(last.at)}</p>` : html`<p class="quiet">${t('late.no_cause')}</p>`}
    ${cause.findings.length > 1 && html`<details><summary>${t('cause.before', { n: cause.findings.length - 1 })}</summary>
      ${cause.findings.slice(0, -1).reverse().map((f) => html`<div key=${f.seq}><p>${instant(f.at)} · <${Verdict} row=${f} /></p>
        <p class="small">${f.words}</p></div>`)}</details>`}</div>`;
}

function Objections({ rows }) {
  return html`<div><h3>${t('cause.objections')}</h3>
    ${rows.length ? rows.map((o) => html`<div key=${o.at}><p><strong>${o.office_name}</strong>, ${o.officer_name}</p>
      <${Lines} text=${o.reason} /><p class="quiet small">${instant(o.at)}</p></div>`) : html`<p class="quiet">${t('cause.no_objection')}</p>`}</div>`;
}

function Decision({ cause }) {
  const last = cause.decisions.at(-1);
  return html`<div><h3>${t('cause.decision')}</h3>
    ${last ? html`<p><${Verdict} row=${last} /></p>
      ${last.at_fault_office_name && html`<p>${t('cause.at_fault')}: <strong>${last.at_fault_office_name}</strong></p>`}
      <${Lines} text=${last.reason} /><p class="quiet small">${last.officer_name} · ${instant(last.at)}</p>`
      : html`<p class="quiet">${t(cause.verdict === 'undetermined' ? 'cause.counts_subjective' : 'cause.no_decision')}</p>`}</div>`;
}

function Segments({ rows }) {
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('cause.segments')}><table>
    <caption>${t('cause.segments')}</caption>
    <thead><tr><th scope="col">${t('column.from')}</th><th scope="col">${t('column.to')}</th><th scope="col">${t('column.who')}</th>
      <th scope="col">${t('column.step')}</th><th scope="col" class="figure">${t('column.used')}</th>
      <th scope="col" class="figure">${t('column.budget')}</th><th scope="col" class="figure">${t('cause.overrun')}</th>
      <th scope="col" class="figure">${t('cause.objective')}</th></tr></thead>
    <tbody>${rows.map((s) => html`<tr key=${s.from}><td>${instant(s.from)}</td><td>${instant(s.to)}</td>
      <td>${s.is_waiting ? t('cause.waiting') : [s.officer_name, s.office_name].filter(Boolean).join(', ')}</td>
      <td>${s.step_name}</td><td class="figure">${minutes(s.used_minutes)}</td>
      <td class="figure">${s.budget_minutes !== null && s.budget_minutes !== undefined ? minutes(s.budget_minutes) : ''}</td>
      <td class=${`figure ${s.overrun_minutes ? 'late' : ''}`}>${s.overrun_minutes ? minutes(s.overrun_minutes) : ''}
        ${s.silence_minutes > 0 && html`<div class="small">${t('cause.silence', { time: minutes(s.silence_minutes) })}</div>`}</td>
      <td class="figure">${s.objective_minutes ? minutes(s.objective_minutes) : ''}</td></tr>`)}</tbody></table></div>`;
}

function Intervals({ rows }) {
  if (!rows.length) return null;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${t('cause.intervals')}><table>
    <caption>${t('cause.intervals')}</caption>
    <thead><tr><th scope="col">${t('column.kind')}</th><th scope="col">${t('column.from')}</th><th scope="col">${t('column.to')}</th>
      <th scope="col">${t('cause.evidence')}</th><th scope="col" class="figure">${t('cause.took')}</th></tr></thead>
    <tbody>${rows.map((i) => html`<tr key=${`${i.id}/${i.opinion}`}><td>${i.label}
        ${i.office_name && html`<div class="small">${i.office_name}</div>`}</td>
      <td>${instant(i.from)}</td><td>${i.to ? instant(i.to) : t('dossier.hold_runs')}</td>
      <td>${i.evidence ?? html`<span class="late">${t('cause.no_evidence')}</span>`}</td>
      <td class="figure">${minutes(i.minutes)}</td></tr>`)}</tbody></table></div>`;
}

const FIELDS = [
  { name: 'kind', label: 'column.kind', kind: 'list', list: 'objective_kind' },
  { name: 'from', label: 'column.from', kind: 'time' },
  { name: 'to', label: 'column.to', kind: 'time', isOptional: true, hint: 'hint.interval_to' },
  { name: 'offices', label: 'column.office', kind: 'office', isOptional: true, hint: 'hint.interval_office' },
  { name: 'evidence', isOptional: true, hint: 'hint.interval_evidence' },
  { name: 'reason', kind: 'lines' },
];

/* Declares objective time for this dossier: a dialog, closed by Esc, that gives the focus back. */
function Declare({ code, onDone, onClose }) {
  const dialog = useRef();
  const form = useForm(`${code}/objective`, {});
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    const answer = await form.send((v, key) => write('/api/v1/objective-intervals', {
      kind: v.kind, from: fromLocal(v.from), to: v.to ? fromLocal(v.to) : null, dossier: code, reason: v.reason,
      ...(v.offices && { offices: [v.offices] }), ...(v.evidence?.trim() && { evidence: v.evidence.trim() }),
    }, { key }));
    if (!answer) return;
    store.notify(t('cause.declared'));
    onDone();
  };
  return html`<dialog ref=${dialog} aria-labelledby="declare-title" onClose=${onClose}>
    <form class="action" onSubmit=${submit}>
      <h2 id="declare-title">${t('cause.declare')}</h2>
      <p class="quiet">${t('cause.declare_about')}</p>
      <${FormProblem} problem=${form.problem} fields=${FIELDS.map((field) => field.name)} />
      ${FIELDS.map((field) => html`<${Field} key=${field.name} form=${form} prefix="objective" field=${field} />`)}
      <div class="buttons">
        <button type="submit" class="main" disabled=${form.isBusy}>${form.isBusy ? t('common.sending') : t('cause.declare')}</button>
        <button type="button" onClick=${onClose}>${t('common.cancel')}</button>
      </div>
    </form></dialog>`;
}

/* Everything about the cause of one dossier; `version` tells when to read it again. */
export function CauseDetails({ code, version, onChanged }) {
  const me = store.useStore((s) => s.me);
  const [isDeclaring, setDeclaring] = useState(false);
  const loaded = useLoad(`cause/${code}/${version}`, () => read(`/api/v1/dossiers/${encodeURIComponent(code)}/cause`));
  const cause = loaded.value;
  const done = () => {
    setDeclaring(false);
    loaded.reload();
    onChanged?.();
  };
  if (!cause) return html`<${Loading} of=${loaded} />`;
  return html`<div class="cause">
    <div class="side-by-side"><${Found} cause=${cause} /><${Objections} rows=${cause.objections} /><${Decision} cause=${cause} /></div>
    <${Lines} text=${cause.words} />
    <details><summary>${t('cause.numbers')}</summary>
      <${Segments} rows=${cause.segments} /><${Intervals} rows=${cause.intervals} /></details>
    ${store.may(me, 'edit_objective') && html`<p><button type="button" onClick=${() => setDeclaring(true)}>${t('cause.declare')}…</button></p>`}
    ${isDeclaring && html`<${Declare} code=${code} onDone=${done} onClose=${() => setDeclaring(false)} />`}
  </div>`;
}
