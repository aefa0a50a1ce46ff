/* Papers attached to a dossier: what was handed in, and the result. A file goes up piece by piece; where the line broke it goes
 * on from what the daemon kept, also after the page was loaded anew and the same file chosen again. */
import { html, useEffect, useState } from '../lib/preact.js';
import { read, readAll, write, writeBytes } from '../api.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { instant, number } from '../format.js';
import { FormProblem, Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t, word } from '../text.js';
import { Part } from './dossier_parts.js';

const pathOf = (code) => `/api/v1/dossiers/${encodeURIComponent(code)}`;
const sizeOf = (bytes) => (bytes < 1 << 20 ? `${number(Math.ceil(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`);

/* A file that was on its way when the page went, by what tells files apart. */
const KEY = (code, file) => `upload/${code}/${file.name}/${file.size}/${file.lastModified}`;

async function beginOrFind(code, file, about) {
  const id = sessionStorage.getItem(KEY(code, file));
  if (id) {
    const found = await read(`/api/v1/uploads/${id}`).catch(() => null);
    if (found) return found;
  }
  const upload = await write(`${pathOf(code)}/uploads`, { name: file.name, size: file.size, ...about });
  sessionStorage.setItem(KEY(code, file), upload.id);
  return upload;
}

/* Sends what is missing of the file; `tell` hears how many bytes the daemon has. */
async function sendFile(code, file, about, tell) {
  let upload = await beginOrFind(code, file, about);
  try {
    while (upload.received < file.size) {
      tell(upload.received);
      const { received: from } = upload;
      try {
        upload = await writeBytes(`/api/v1/uploads/${upload.id}?from=${from}`, file.slice(from, from + upload.piece));
      } catch (problem) {
        if (problem.status !== 409) throw problem;
        upload = await read(`/api/v1/uploads/${upload.id}`); // the piece had come, its answer had not
        if (upload.received <= from) throw problem;
      }
    }
    tell(file.size);
    const attachment = await write(`/api/v1/uploads/${upload.id}/actions/finish`, {});
    sessionStorage.removeItem(KEY(code, file));
    return attachment;
  } catch (problem) {
    if (problem.isRefusal) sessionStorage.removeItem(KEY(code, file));
    throw problem;
  }
}

function fieldsOf(values, components) {
  return [
    { name: 'purpose', kind: 'list', list: 'purpose' },
    ...(values.purpose === 'component' ? [{ name: 'handling', kind: 'list', list: 'handling' }] : []),
    ...(values.purpose === 'component' && components.length ? [{ name: 'component', kind: 'choice', items: components, isOptional: true }] : []),
    { name: 'files', kind: 'file', isMany: true, accept: '.pdf,.png,.jpg,.jpeg', hint: 'hint.files' },
  ];
}

/* The components of the dossier's case: {key: place from 1, name}. */
async function componentsOf(dossier) {
  const procedure = (await readAll('/api/v1/procedures')).find((row) => row.key === dossier.procedure);
  const found = procedure?.cases.find((row) => row.key === dossier.procedure_case);
  return (found?.components ?? []).map((component, i) => ({ key: String(i + 1), name: component.name }));
}

function Attach({ dossier, onDone, onClose }) {
  const form = useForm(`${dossier.code}/attach`, { purpose: 'component', handling: 'digitised', component: '', files: [] });
  const [at, setAt] = useState(null); // {name, done, size}
  const components = useLoad(`components/${dossier.code}`, () => componentsOf(dossier));
  const fields = fieldsOf(form.values, components.value ?? []);
  const submit = async (event) => {
    event.preventDefault();
    const answer = await form.send(async (values) => {
      const isComponent = values.purpose === 'component';
      const about = {
        purpose: values.purpose, ...(isComponent && { handling: values.handling }),
        ...(isComponent && values.component && { component: Number(values.component) }),
      };
      let n = 0;
      try {
        for (const file of values.files) {
          await sendFile(dossier.code, file, about, (done) => setAt({ name: file.name, done, size: file.size }));
          n++;
        }
      } finally {
        setAt(null);
        if (n) form.set('files', values.files.slice(n)); // what has been attached is not sent twice
      }
      return n;
    });
    if (!answer) return;
    store.notify(t('attach.done', { n: answer }));
    onDone();
  };
  const escape = (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    event.preventDefault();
    onClose();
  };
  return html`<form class="action" onSubmit=${submit} onKeyDown=${escape} aria-label=${t('attach.add')}>
    <${FormProblem} problem=${form.problem} fields=${fields.map((field) => field.name)} />
    ${fields.map((field) => html`<${Field} key=${field.name} form=${form} prefix="attach" field=${field} />`)}
    ${at && html`<p role="status">${t('attach.sending', { name: at.name, done: sizeOf(at.done), size: sizeOf(at.size) })}</p>
      <progress aria-label=${at.name} max=${at.size} value=${at.done}></progress>`}
    <div class="buttons">
      <button type="submit" class="main" disabled=${form.isBusy || !form.values.files.length}>
        ${form.isBusy ? t('common.sending') : form.problem?.code === 'line' ? t('attach.go_on') : t('attach.add')}</button>
      <button type="button" onClick=${onClose}>${t('common.cancel')}</button>
    </div>
  </form>`;
}

function Detach({ row, code, onDone, onClose }) {
  const form = useForm(`${code}/detach/${row.number}`, { reason: '' });
  const submit = async (event) => {
    event.preventDefault();
    const answer = await form.send((values) => write(`${pathOf(code)}/attachments/${row.number}/actions/detach`, { reason: values.reason.trim() }));
    if (!answer) return;
    store.notify(t('attach.detached', { name: row.name }));
    onDone();
  };
  return html`<form class="action" onSubmit=${submit} aria-label=${t('attach.detach')}>
    <${FormProblem} problem=${form.problem} fields=${['reason']} />
    <${Field} form=${form} prefix=${`detach-${row.number}`} field=${{ name: 'reason', kind: 'lines', rows: 2 }} />
    <div class="buttons"><button type="submit" class="grave" disabled=${form.isBusy}>${t('attach.detach')}</button>
      <button type="button" onClick=${onClose}>${t('common.cancel')}</button></div>
  </form>`;
}

function Row({ row, code, canDetach, onChanged }) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return html`<li class=${row.detached_at ? 'attachment detached' : 'attachment'}>
    <a href=${row.file} target="_blank" rel="noopener" aria-hidden="true" tabindex="-1"><img src=${row.thumbnail} alt="" width="72" height="96" loading="lazy" /></a>
    <div><a href=${row.file} target="_blank" rel="noopener">${row.name}</a> <span class="quiet small">${sizeOf(row.size)}</span>
      <div class="small">${row.component_name ?? word('purpose', row.purpose)}${row.purpose === 'component' && ` · ${word('handling', row.handling)}`}</div>
      <div class="quiet small">${instant(row.attached_at)}
        ${row.detached_at && html` <${Tag} level="wait">${t('attach.detached_at', { at: instant(row.detached_at) })}<//>`}</div>
      ${canDetach && !row.detached_at && !isOpen && html`<button type="button" class="plain small" onClick=${() => setOpen(true)}
        aria-label=${`${t('attach.detach')}: ${row.name}`}>${t('attach.detach')}</button>`}
      ${isOpen && html`<${Detach} row=${row} code=${code} onClose=${close} onDone=${() => { close(); onChanged(); }} />`}</div></li>`;
}

export function Attachments({ dossier }) {
  const { code } = dossier;
  const [isOpen, setOpen] = useState(false);
  const list = useLoad(`attachments/${code}`, () => read(`${pathOf(code)}/attachments`));
  useEffect(() => { // changed, by us or others: what is shown stays, and with it a form that is being typed
    if (list.value) list.reload();
  }, [dossier.version]);
  const rows = list.value?.items ?? [];
  const may = (name) => dossier.allowed_actions?.includes(name);
  if (list.value && !rows.length && !may('attach_paper')) return null;
  const done = () => {
    setOpen(false);
    list.reload();
  };
  return html`<${Part} title=${t('attach.title')}>
    ${!list.value && html`<${Loading} of=${list} />`}
    ${rows.length > 0 && html`<ul class="attachments">${rows.map((row) => html`<${Row} key=${row.number} row=${row} code=${code}
      canDetach=${may('detach_paper')} onChanged=${list.reload} />`)}</ul>`}
    ${list.value && !rows.length && html`<p class="quiet">${t('attach.none')}</p>`}
    ${may('attach_paper') && (isOpen ? html`<${Attach} dossier=${dossier} onDone=${done} onClose=${() => setOpen(false)} />`
      : html`<button type="button" onClick=${() => setOpen(true)}>${t('attach.add')}</button>`)}
  <//>`;
}
