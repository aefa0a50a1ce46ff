/* Templates that papers are printed with: read by everybody, tried and put into force by who may edit the rules. */
import { html, useEffect, useState } from '../lib/preact.js';
import { fetchFile, read, readText, write } from '../api.js';
import { Field } from '../fields.js';
import { useForm } from '../form.js';
import { instant } from '../format.js';
import { FormProblem, Loading, Tag, useLoad } from '../parts.js';
import * as store from '../store.js';
import { t } from '../text.js';
import { Part } from './dossier_parts.js';

const PATH = '/api/v1/forms/template';
const FIELDS = [
  { name: 'template', kind: 'code', rows: 24, max: 100000 },
  { name: 'source', label: 'field.cal_source', max: 400 },
  { name: 'reason', kind: 'lines', rows: 2 },
];

function Edit({ row, text, onDone }) {
  const form = useForm(`form/${row.form}/${row.office ?? ''}/${row.template_id}`, { template: text, office: row.office ?? '', source: '', reason: '' });
  const [preview, setPreview] = useState(null); // {url, of: the text it shows}
  useEffect(() => () => preview && URL.revokeObjectURL(preview.url), [preview]);
  const { values } = form;
  const isTried = preview?.of === values.template;
  const fields = [FIELDS[0], { name: 'office', kind: 'office', isOptional: true, label: 'forms.office', hint: 'hint.form_office' }, ...FIELDS.slice(1)];
  const tryOut = async () => {
    const of = form.values.template;
    const pdf = await form.send(() => fetchFile('/api/v1/forms/preview', { template: of }));
    if (pdf) setPreview({ url: URL.createObjectURL(pdf), of });
  };
  const save = async (template) => {
    const answer = await form.send((typed) => write(PATH, {
      form: row.form, ...(typed.office && { office: typed.office }), ...(template && { template }), source: typed.source.trim(), reason: typed.reason.trim(),
    }, { method: 'PUT' }));
    if (!answer) return;
    store.notify(t('forms.saved', { form: row.form }));
    onDone();
  };
  const submit = (event) => {
    event.preventDefault();
    save(values.template);
  };
  return html`<form class="action action-wide" onSubmit=${submit} aria-label=${row.title}>
    <${FormProblem} problem=${form.problem} fields=${fields.map((field) => field.name)} />
    ${fields.map((field) => html`<${Field} key=${field.name} form=${form} prefix="template" field=${field} />`)}
    <p class="quiet small">${t('forms.about_save')}</p>
    <div class="buttons">
      <button type="button" class=${isTried ? '' : 'main'} disabled=${form.isBusy} onClick=${tryOut}>${t('forms.try')}</button>
      ${isTried && html`<a class="button" href=${preview.url} download=${`${row.form.replace(/\W+/g, '-')}.pdf`}>${t('forms.tried')}</a>
        <button type="submit" class="grave" disabled=${form.isBusy}>${t('forms.save')}</button>`}
      ${!row.is_built_in && html`<button type="button" disabled=${form.isBusy}
        onClick=${(event) => event.target.form.reportValidity() && save('')}>${t('forms.built_in_again')}</button>`}
    </div>
  </form>`;
}

function Open({ row, canEdit, onDone }) {
  const query = { form: row.form, ...(row.office && { office: row.office }) };
  const text = useLoad(`${row.form}/${row.office ?? ''}/${row.template_id}`, () => readText(PATH, query));
  if (!text.value) return html`<${Loading} of=${text} />`;
  return canEdit ? html`<${Edit} row=${row} text=${text.value} onDone=${onDone} />`
    : html`<pre class="template" tabindex="0" role="region" aria-label=${row.title}>${text.value}</pre>`;
}

export function Forms() {
  const canEdit = store.useStore((s) => store.may(s.me, 'edit_rules'));
  const list = useLoad('forms', () => read('/api/v1/forms'));
  const [open, setOpen] = useState(null);
  const rows = list.value?.items;
  if (!rows) return html`<${Loading} of=${list} />`;
  const done = () => {
    setOpen(null);
    list.reload();
  };
  return html`<p class="quiet">${t('forms.about')}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${t('rules.forms')}><table>
      <thead><tr><th scope="col">${t('forms.form')}</th><th scope="col">${t('forms.title')}</th><th scope="col">${t('forms.from')}</th></tr></thead>
      <tbody>${rows.map((row) => {
        const key = `${row.form}/${row.office ?? ''}`;
        return html`<tr key=${key} class=${key === open ? 'open' : ''}>
          <td><button type="button" class="plain" data-row aria-expanded=${key === open ? 'true' : 'false'}
            onClick=${() => setOpen(key === open ? null : key)}>${row.form}</button></td>
          <td>${row.title}${row.unverified > 0 && html` <${Tag} level="wait">${t('forms.unverified', { n: row.unverified })}<//>`}</td>
          <td>${row.is_built_in ? t('forms.built_in') : html`${row.office ?? t('forms.everybody')}
            <div class="quiet small">${instant(row.saved_at)}</div>`}</td></tr>
          ${key === open && html`<tr key=${`${key}-open`}><td colspan="3"><${Part} title=${row.title}><${Open} row=${row} canEdit=${canEdit} onDone=${done} /><//></td></tr>`}`;
      })}</tbody></table></div>`;
}
