/* One of many, found by typing: marks and case do not matter, on code or name. The ARIA pattern of a combobox with a
 * list: arrows move, Enter takes, Escape closes. */
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState } from './lib/preact.js';
import { t } from './text.js';
import { fold } from './format.js';

const SHOWN_MAX = 12;

/* Every typed word must begin a word of the item, or stand anywhere in its key or detail. */
function find(items, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  if (!words.length) return items;
  return items.filter((item) => words.every((w) => item.folded.includes(` ${w}`) || item.foldedKey.includes(w)));
}

/* items: [{key, name, detail}]; onChoose gets a key, or '' when the text no longer names one. */
export function Choice({ id, items, value, onChoose, describedBy, isInvalid, placeholder, isFocused, isRequired }) {
  const prepared = useMemo(() => (items ?? []).map((item) => ({
    ...item, folded: ` ${fold(item.name)}`, foldedKey: fold(`${item.key} ${item.detail ?? ''}`),
  })), [items]);
  const chosen = prepared.find((item) => item.key === value);
  const [typed, setTyped] = useState(null); // null: shows what is chosen
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const input = useRef();
  const found = isOpen ? find(prepared, typed ?? '') : [];
  const shown = found.slice(0, SHOWN_MAX);
  const listId = `${id}-list`;

  useLayoutEffect(() => {
    if (isFocused) input.current?.focus();
  }, []);
  useEffect(() => {
    document.getElementById(`${id}-${at}`)?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const take = (item) => {
    setTyped(null);
    setOpen(false);
    onChoose(item.key);
  };
  const type = (event) => {
    setTyped(event.target.value);
    setAt(0);
    setOpen(true);
    if (value) onChoose('');
  };
  const press = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) return setOpen(true);
      if (shown.length) setAt((at + (event.key === 'ArrowDown' ? 1 : shown.length - 1)) % shown.length);
    } else if (event.key === 'Enter' && isOpen && shown.length) {
      event.preventDefault();
      take(shown[at]);
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation();
      setOpen(false);
    }
    return undefined;
  };
  /* Leaving the field takes the only one that still fits. */
  const leave = () => {
    setOpen(false);
    const fitting = typed ? find(prepared, typed) : [];
    if (fitting.length === 1) take(fitting[0]);
  };

  return html`<div class="choice">
    <input id=${id} ref=${input} type="text" role="combobox" autocomplete="off" spellcheck=${false}
      aria-expanded=${isOpen ? 'true' : 'false'} aria-controls=${listId} aria-autocomplete="list"
      aria-activedescendant=${isOpen && shown.length ? `${id}-${at}` : undefined} aria-describedby=${describedBy}
      aria-invalid=${isInvalid ? 'true' : undefined} aria-required=${isRequired ? 'true' : undefined}
      placeholder=${placeholder} value=${typed ?? chosen?.name ?? ''}
      onInput=${type} onKeyDown=${press} onBlur=${leave} onClick=${() => setOpen(true)} />
    <ul id=${listId} role="listbox" aria-label=${t('choice.list')} hidden=${!isOpen}>
      ${shown.map((item, i) => html`<li id=${`${id}-${i}`} key=${item.key} role="option"
        aria-selected=${i === at ? 'true' : 'false'} class=${i === at ? 'at' : ''}
        onMouseDown=${(event) => { event.preventDefault(); take(item); }}>
        <span>${item.name}</span><span class="quiet small">${item.detail ?? item.key}</span>
      </li>`)}
      ${isOpen && items && !shown.length && html`<li role="option" aria-disabled="true" aria-selected="false"
        class="quiet">${t('choice.none')}</li>`}
      ${isOpen && !items && html`<li role="option" aria-disabled="true" aria-selected="false"
        class="quiet">${t('common.loading')}</li>`}
      ${found.length > shown.length && html`<li role="option" aria-disabled="true" aria-selected="false"
        class="quiet small">${t('choice.more', { n: found.length - shown.length })}</li>`}
    </ul>
  </div>`;
}
