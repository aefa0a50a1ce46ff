/* Sentences by key, in the reader's language: text/vi*.js and text/en*.js hold the client's own, words.js the words
 * of the daemon's tables. A test finds keys that are missing or that nobody uses. */
import * as store from './store.js';
import vi from './text/vi.js';
import viAccount from './text/vi_account.js';
import viAdmin from './text/vi_admin.js';
import viPapers from './text/vi_papers.js';
import viReport from './text/vi_report.js';
import viStatistics from './text/vi_statistics.js';
import en from './text/en.js';
import enAccount from './text/en_account.js';
import enAdmin from './text/en_admin.js';
import enPapers from './text/en_papers.js';
import enReport from './text/en_report.js';
import enStatistics from './text/en_statistics.js';
import words from './words.js';

const texts = {
  vi: { ...vi, ...viAccount, ...viAdmin, ...viPapers, ...viReport, ...viStatistics },
  en: { ...en, ...enAccount, ...enAdmin, ...enPapers, ...enReport, ...enStatistics },
};

/* The sentence of `key`, with {name} replaced by values.name. */
export function t(key, values = {}) {
  const text = texts[store.get().language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/* The label of a word of one of the daemon's lists: word('state', 'received'). */
export function word(list, value) {
  return words[store.get().language][list]?.[value] ?? value ?? '';
}

export const wordsOf = (list) => Object.keys(words[store.get().language][list]);
export const verdictOf = (cause) => words.verdict_of[cause];
