/* A paper opened for printing, in a window of its own. What it is the paper of is saved already: a window that the browser blocks costs
 * nothing, and one key tries again. */
import { html, useState } from './lib/preact.js';
import { t } from './text.js';

export function Print({ path, code, isMain, buttonRef, label = 'intake.print' }) {
  const [state, setState] = useState('new'); // new, opened, blocked
  const open = (event) => {
    event.preventDefault();
    const tab = window.open(path, '_blank');
    if (tab) tab.opener = null;
    setState(tab ? 'opened' : 'blocked');
  };
  return html`<a class=${isMain ? 'button main' : 'button'} ref=${buttonRef} href=${path} target="_blank" onClick=${open}>
      ${t(state === 'new' ? label : 'print.again')}</a>
    ${state === 'opened' && html`<span class="quiet small" role="status">${t('print.opened')}</span>`}
    ${state === 'blocked' && html`<p class="note note-warn" role="alert">${t('print.blocked', { code })}</p>`}`;
}
