/* The shortcuts, and the switch for those of a single letter. */
import { html, useLayoutEffect, useRef } from '../lib/preact.js';
import { placesOf } from '../keys.js';
import * as store from '../store.js';
import { t } from '../text.js';

const GENERAL = [
  ['/', 'help.search'], ['j', 'help.down'], ['k', 'help.up'], ['↓ ↑', 'help.arrows'], ['Enter', 'help.enter'],
  ['Ctrl + Enter', 'help.send'], ['Esc', 'help.escape'], ['?', 'help.help'],
];

export function Help() {
  const dialog = useRef();
  const me = store.useStore((s) => s.me);
  const letterKeys = store.useStore((s) => s.letterKeys);
  const close = () => store.set({ help: false });
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  return html`<dialog ref=${dialog} aria-labelledby="help-title" onClose=${close}>
    <h2 id="help-title">${t('help.title')}</h2>
    <table>
      <thead><tr><th scope="col">${t('help.key')}</th><th scope="col">${t('help.does')}</th></tr></thead>
      <tbody>
        ${placesOf(me).map((p) => html`<tr key=${p.letter}><td><kbd>${p.letter}</kbd></td><td>${t(p.key)}</td></tr>`)}
        ${GENERAL.map(([key, text]) => html`<tr key=${key}><td><kbd>${key}</kbd></td><td>${t(text)}</td></tr>`)}
      </tbody>
    </table>
    <label class="check"><input type="checkbox" checked=${letterKeys}
      onChange=${(event) => store.setLetterKeys(event.target.checked)} /> ${t('help.letters')}</label>
    <button type="button" class="main" onClick=${close}>${t('common.close')}</button>
  </dialog>`;
}
