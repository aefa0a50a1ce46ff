/* One dossier: where it stands, what may be done now, what happened. Only actions that the daemon allows are shown,
 * each as a form with the fields it needs. */
import { html, useLayoutEffect, useRef, useState } from '../lib/preact.js';
import { read, readAll, write, writeBytes } from '../api.js';
import { ELSEWHERE, GRAVE, bodyOf, fieldsOf, nextOf } from '../actions.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { instant, limit, longInstant, number, toLocal } from '../format.js';
import { useLive, useMinute, useSoon } from '../live.js';
import { Due, FormProblem, Loading, Tag, Title, useFirstButton, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Print } from '../print.js';
import { Attachments } from './attachments.js';
import { CauseDetails } from './cause.js';
import { DueDetails } from './due_parts.js';
import { Addressees, Episodes, Obligations } from './ledger_parts.js';
import { Changed, Components, Facts, Holds, Opinions, Papers, Part, Person, Steps, Timeline } from './dossier_parts.js';

const pathOf = (code) => `/api/v1/dossiers/${encodeURIComponent(code)}`;

const BACK = new Set(['receive_supplement', 'resume']);

/* What ending the hold now does to the date, in the daemon's words. */
function Outcome({ code }) {
  const due = useLoad(code, () => read(`${pathOf(code)}/due`));
  const note = due.value?.notes?.find((row) => row.kind === 'running');
  return note ? html`<p class="note">${note.sentence}</p>` : null;
}

/* The form of one action. `post` sends it and returns the dossier or letter as it stands then. */
export function ActionForm({ name, action, dossier, initial = {}, post, onDone, onClose, onStale }) {
  const form = useForm(`${name}/${action}`, initial);
  const box = useRef();
  const fields = fieldsOf(action, dossier, form.values);
  useLayoutEffect(() => {
    (box.current.querySelector('input, select, textarea') ?? box.current.querySelector('button')).focus();
  }, []);
  const submit = async (event) => {
    event.preventDefault();
    const answer = await form.send(async (values, key) => {
      try {
        return await post(bodyOf(action, dossier, values), key);
      } catch (problem) {
        if (problem.status === 412 || problem.status === 409) onStale();
        throw problem;
      }
    });
    if (answer) onDone(answer);
  };
  const isStale = form.problem?.code === 'version_stale';
  useLayoutEffect(() => { // what was typed stands; one key sends it on the newest version
    if (isStale) box.current.querySelector('button[type=submit]').focus();
  }, [form.problem]);
  const escape = (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  return html`<form class="action" ref=${box} onSubmit=${submit} onKeyDown=${escape} aria-label=${word('action', action)}>
    <p class="form-title">${word('action', action)}</p>
    <p class="quiet">${t(`consequence.${action}`)}</p>
    ${BACK.has(action) && html`<${Outcome} code=${dossier.code} />`}
    <${FormProblem} problem=${form.problem} fields=${fields.map((field) => field.name)} takesFocus=${!isStale} />
    ${fields.map((field) => html`<${Field} key=${field.name} form=${form} prefix=${action}
      field=${field.isOfHere ? { ...field, office: dossier.pending_office ?? dossier.office } : field} />`)}
    <div class="buttons">
      <button type="submit" class=${GRAVE.has(action) ? 'grave' : 'main'} disabled=${form.isBusy}>
        ${form.isBusy ? t('common.sending') : isStale ? t('stale.again', { action: word('action', action) }) : word('action', action)}</button>
      <button type="button" onClick=${onClose}>${t('common.cancel')}</button>
    </div>
  </form>`;
}

/* A new secret is shown once, to be printed on a new slip. */
function NewSecret({ dossier, onHide }) {
  return html`<div class="note note-warn" role="status"><p>${t('dossier.new_secret')} <strong class="code">${dossier.secret}</strong></p>
    ${dossier.slip && html`<${Print} path=${dossier.slip} code=${dossier.code} /> `}
    <button type="button" class="plain" onClick=${onHide}>${t('common.hide')}</button></div>`;
}

/* Buttons of the allowed actions; the chosen one opens its form beneath. */
function Actions({ dossier, onDone, onStale }) {
  const [action, setAction] = useState(null);
  const [renewed, setRenewed] = useState(null);
  const [box, focusFirst] = useFirstButton();
  const allowed = dossier.allowed_actions?.filter((name) => !ELSEWHERE.has(name)) ?? [];
  const next = nextOf(allowed);
  const names = next ? [next, ...allowed.filter((name) => name !== next)] : allowed;
  if (!names.length && !action) {
    return html`<p class="quiet">${t('dossier.nothing_to_do')}</p>`;
  }
  const done = (answer) => {
    store.notify(t('dossier.done', { action: word('action', action) }));
    setAction(null);
    setRenewed(answer.secret ? answer : null);
    onDone(answer);
    focusFirst();
  };
  return html`<div ref=${box}>
    ${renewed && html`<${NewSecret} dossier=${renewed} onHide=${() => setRenewed(null)} />`}
    <div class="choices">${names.map((name) => html`<button type="button" key=${name} class=${name === next && !action ? 'main' : ''}
      aria-expanded=${name === action ? 'true' : 'false'} onClick=${() => setAction(name === action ? null : name)}>
      ${word('action', name)}</button>`)}</div>
    ${action && html`<${ActionForm} key=${action} name=${dossier.code} action=${action} dossier=${dossier}
      post=${(body, key) => write(`${pathOf(dossier.code)}/actions/${action}`, body, { key, version: dossier.version })}
      onDone=${done} onClose=${() => setAction(null)} onStale=${onStale} />`}
  </div>`;
}

/* Certificates on the paper; none: it is signed by pen, or not signed yet. */
export function Signatures({ signatures }) {
  return signatures?.length > 0 && html`<p class="small">${t('letter.signatures')}</p><ul class="tight small">
    ${signatures.map((s) => html`<li key=${s.serial + s.signed_at}>${s.subject} · ${instant(s.signed_at)}
      ${s.is_trusted === false && html` <${Tag} level="wait">${t('letter.untrusted')}<//>`}</li>`)}</ul>`;
}

/* A letter, its dates, its paper, and what may be done with it. */
export function Letter({ letter, dossier, onDone, onStale }) {
  const [action, setAction] = useState(null);
  const done = () => {
    store.notify(t('dossier.done', { action: word('action', action) }));
    setAction(null);
    onDone();
  };
  return html`<div class="letter">
    <p><strong>${letter.number ? t('letter.numbered', { number: letter.number }) : t('letter.draft')}</strong>
      ${' '}<${Tag} level=${letter.state === 'drafted' ? 'risk' : 'fine'}>${word('letter_state', letter.state)}<//>
      ${letter.timing !== 'none' && html` <${Tag} level=${letter.timing === 'in_time' ? 'done' : 'late'}>${word('letter_timing', letter.timing)}<//>`}
      ${letter.document && html` <a href=${letter.document} target="_blank" rel="noopener">${t('letter.open')}</a>`}</p>
    <${Facts} rows=${[
      [t('letter.author'), letter.author_office_name],
      [t('letter.latest'), instant(letter.latest_at)], [t('letter.reappointed'), instant(letter.reappointed_at)],
      [t('letter.signed'), instant(letter.signed_at)], [t('letter.issued'), instant(letter.issued_at)],
      [t('letter.delivered'), instant(letter.delivered_at)],
    ]} />
    ${letter.is_sent_back && html`<p class="note note-warn">${t('letter.sent_back')}</p>`}
    <${Signatures} signatures=${letter.signatures} />
    <${Addressees} addressees=${letter.addressees} />
    <div class="choices">${(letter.allowed_actions ?? []).map((name) => html`<button type="button" key=${name} class=${!action && name === nextOf(letter.allowed_actions) ? 'main' : ''}
      aria-expanded=${name === action ? 'true' : 'false'} onClick=${() => setAction(name === action ? null : name)}>
      ${word('action', name)}</button>`)}</div>
    ${action && html`<${ActionForm} key=${action} name=${`letter/${letter.id}`} action=${action} dossier=${dossier ?? {}}
      initial=${action === 'sign_letter' ? { reappointed_at: toLocal(letter.reappointed_at) } : {}}
      post=${(body, key) => (action === 'certify_letter'
    ? writeBytes(`/api/v1/letters/${letter.id}/document`, body.signed_file, { version: letter.version })
    : write(`/api/v1/letters/${letter.id}/actions/${action.replace('_letter', '')}`, body, { key, version: letter.version }))}
      onDone=${done} onClose=${() => setAction(null)} onStale=${onStale} />`}
  </div>`;
}

function Head({ dossier }) {
  return html`<${Title} text=${dossier.code}><span class="code">${dossier.code}</span><//>
    <p class="lead">${dossier.procedure_name}${dossier.procedure_case_name && dossier.procedure_case_name !== dossier.procedure_name && html` – ${dossier.procedure_case_name}`}</p>
    <p>${word('state', dossier.state)} · <${Due} row=${dossier} />
      ${dossier.is_imported && html` <${Tag} level="wait">${t('dossier.imported')}<//>`}</p>`;
}

const DATES = ['submitted_at', 'decided_at', 'done_at', 'returned_at', 'pledged_at'];

/* To whom it was handed over, by name; until they take it over the sender answers. */
function Pending({ office, officer }) {
  const found = useLoad(`${office}/${officer ?? ''}`, async () => ({
    office: (await readAll('/api/v1/offices')).find((o) => o.key === office),
    officer: officer && (await readAll('/api/v1/officers')).find((o) => o.key === officer),
  }));
  return [found.value?.officer?.name ?? officer, found.value?.office?.name ?? office].filter(Boolean).join(', ');
}

function Overview({ dossier }) {
  const isMoved = dossier.due_original_at && dossier.due_original_at !== dossier.due_at;
  return html`<${Part} title=${t('dossier.overview')}>
    <${Facts} rows=${[
      [t('dossier.applicant'), dossier.applicant.name],
      [t('dossier.holder'), [dossier.officer_name, dossier.office_name].filter(Boolean).join(', ')],
      [t('dossier.pending'), dossier.pending_office && html`<${Pending} office=${dossier.pending_office} officer=${dossier.pending_officer} />`],
      [t('dossier.channel'), word('channel', dossier.channel)],
      [t('dossier.received_at'), dossier.received_at && html`${instant(dossier.received_at)}${dossier.is_from_slip && html` <${Tag} level="wait">${t('slip.tag')}<//>`}`],
      [t('slip.promise'), instant(dossier.paper_due_at)],
      [t('dossier.limit'), limit(dossier.limit)],
      [t('dossier.fee'), dossier.fee_dong && `${number(dossier.fee_dong)} đ`],
      [t('dossier.payment'), dossier.payment?.amount > 0 && `${number(dossier.payment.amount)} đ · ${word('payment_way', dossier.payment.way)} · ${instant(dossier.payment.at)}`],
      [t('dossier.due_at'), dossier.due_at && html`${longInstant(dossier.due_at)}
        ${dossier.is_due_provisional && html` <${Tag} level="certain">${t('due.provisional')}<//>`}`],
      [t('dossier.due_original'), isMoved && instant(dossier.due_original_at)],
      [t('dossier.due_reappointed'), instant(dossier.due_reappointed_at)],
      ...DATES.map((name) => [t(`dossier.${name}`), instant(dossier[name])]),
    ]} />
  <//>`;
}

/* The days behind the date; of a filing not accepted yet, what it would be now. */
function DuePart({ dossier }) {
  const isWaiting = dossier.state === 'submitted' || (dossier.state === 'awaiting_supplement' && !dossier.received_at);
  if (!dossier.due_at && !isWaiting) return null;
  return html`<${Part} title=${t('due.days_title')}>
    <${DueDetails} code=${dossier.code} version=${dossier.version} label=${isWaiting ? 'due.explain_now' : 'due.explain'} /><//>`;
}

export function Dossier({ rest }) {
  const code = rest[0] ?? '';
  const loaded = useLoad(code, () => read(pathOf(code)));
  const dossier = loaded.value;
  const [changedSince, setChanged] = useState(0); // the version that was read before others went on; 0: nobody has
  const told = useRef(0);
  const refresh = async () => {
    const before = dossier.version;
    const found = await loaded.reload();
    if (found?.version > before) setChanged((since) => since || before);
  };
  const follow = useSoon(async () => {
    if (!dossier || told.current <= dossier.version) return; // the answer to our own action was faster
    await refresh();
  }, 2000);
  const again = useSoon(loaded.reload, 2000);
  useLive({
    reset: ({ delay }) => again(delay),
    dossier: (d) => {
      if (d.code !== code || d.is_gone) return;
      told.current = Math.max(told.current, d.version);
      follow();
    },
  });
  useMinute();
  if (!dossier) return html`<${Title}>${code}<//><${Loading} of=${loaded} />`;
  return html`<${Head} dossier=${dossier} />
    ${changedSince > 0 && html`<${Changed} code=${code} since=${changedSince} version=${dossier.version} onHide=${() => setChanged(0)} />`}
    ${dossier.warnings?.map((warning) => html`<p key=${warning} class="note note-warn">${t(`warning.${warning}`)}</p>`)}
    <div class="columns">
      <div>
        <${Part} title=${t('dossier.actions')}>
          <${Actions} dossier=${dossier} onDone=${loaded.replace} onStale=${refresh} /><//>
        ${dossier.letters?.length > 0 && html`<${Part} title=${t('dossier.letters')}>
          ${dossier.letters.map((letter) => html`<${Letter} key=${letter.id} letter=${letter} dossier=${dossier}
            onDone=${loaded.reload} onStale=${refresh} />`)}<//>`}
        ${dossier.obligations?.length > 0 && html`<${Obligations} obligations=${dossier.obligations} />`}
        ${dossier.cause && html`<${Part} title=${t('dossier.cause')}><${CauseDetails} code=${code} version=${dossier.version} onChanged=${loaded.reload} /><//>`}
        ${dossier.steps?.length > 0 && html`<${Steps} steps=${dossier.steps} />`}
        <${Episodes} code=${code} version=${dossier.version} steps=${dossier.steps} />
        ${dossier.holds?.length > 0 && html`<${Holds} holds=${dossier.holds} />`}
        ${dossier.opinions?.length > 0 && html`<${Opinions} opinions=${dossier.opinions} />`}
        <${DuePart} dossier=${dossier} />
        <${Timeline} code=${code} version=${dossier.version} />
      </div>
      <div>
        <${Overview} dossier=${dossier} />
        <${Person} title=${t('dossier.applicant')} person=${dossier.applicant} />
        ${dossier.submitter && html`<${Person} title=${t('dossier.submitter')} person=${dossier.submitter} />`}
        ${dossier.authorised && html`<${Person} title=${t('dossier.authorised')} person=${dossier.authorised} />`}
        ${dossier.components?.length > 0 && html`<${Components} components=${dossier.components} />`}
        <${Attachments} dossier=${dossier} />
        <${Papers} code=${code} version=${dossier.version} />
      </div>
    </div>`;
}
