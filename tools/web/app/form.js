/* A typed form: its values, its one Idempotency-Key, what the daemon said about it. */
import { useRef, useState } from './lib/preact.js';
import { newKey } from './api.js';
import { dropDraft, keepDraft, readDraft } from './drafts.js';

/* The core and the wire call some fields differently; the sentence goes to the field that was typed. */
const FIELD_NAMES = { to_office: 'office', to_officer: 'officer', remark: 'reason' };

const withoutSecrets = (values) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => !name.includes('password') && name !== 'secret'));

/* A file does not outlive a reload. */
const withoutFiles = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) =>
  !(value instanceof File || (Array.isArray(value) && value[0] instanceof File))));
const kept = (values) => withoutFiles(withoutSecrets(values));

/* `name` tells drafts apart: an action on a dossier, the intake. */
export function useForm(name, initial) {
  const [form] = useState(() => {
    const draft = readDraft(name);
    return { key: draft?.key ?? newKey(), values: { ...initial, ...draft?.values } };
  });
  const [, redraw] = useState(0);
  const [problem, setProblem] = useState(null);
  const [isBusy, setBusy] = useState(false);
  const isSending = useRef(false); // two clicks within one drawing are one

  return {
    values: form.values,
    problem,
    isBusy,
    setProblem,
    set(field, value) {
      form.values = { ...form.values, [field]: value };
      keepDraft(name, form.key, kept(form.values));
      redraw((n) => n + 1);
    },
    reset(values) {
      form.values = { ...values };
      form.key = newKey();
      dropDraft(name);
      setProblem(null);
      redraw((n) => n + 1);
    },
    /* Does the work with the form's key; the answer, or null when it was refused (the sentence is in `problem`). */
    async send(work) {
      if (isSending.current) return null;
      isSending.current = true;
      setBusy(true);
      setProblem(null);
      try {
        const answer = await work(form.values, form.key);
        dropDraft(name);
        form.key = newKey();
        return answer;
      } catch (failure) {
        // A refusal settles the key: what is sent next is another request. Without an answer it stays.
        if (failure.isRefusal) {
          form.key = newKey();
          keepDraft(name, form.key, kept(form.values));
        }
        setProblem({
          message: failure.message,
          code: failure.code,
          field: FIELD_NAMES[failure.field] ?? failure.field,
          trace: failure.trace,
        });
        return null;
      } finally {
        isSending.current = false;
        setBusy(false);
      }
    },
  };
}
