// Conversations, kept in this browser: a list of them, and each under a key of its own.
const LIST = 'dateline.conversations';
const key = (id) => `dateline.conversation.${id}`;

export function store(texts, announce) {
  const box = storage('localStorage');
  const tab = storage('sessionStorage');
  if (!box.lasting) announce.show(texts.NOT_KEPT);

  const list = () => read(box, LIST, []).filter((entry) => typeof entry?.id === 'string' && typeof entry.title === 'string');
  const setList = (entries) => box.set(LIST, JSON.stringify(entries));

  return {
    list,
    // The conversation of this tab, which a reload comes back to.
    current: () => tab.get('dateline.current'),
    setCurrent: (id) => tab.set('dateline.current', id),
    load(id) {
      const kept = read(box, key(id), null);
      return kept && Array.isArray(kept.turns) ? { turns: kept.turns, files: Array.isArray(kept.files) ? kept.files : [] } : null;
    },
    save(id, title, conversation) {
      const text = JSON.stringify(conversation);
      const entries = [{ id, title, updated: Date.now() }, ...list().filter((entry) => entry.id !== id)];
      // A full box gives up the oldest conversations, never the one that is being written.
      for (;;) {
        try {
          setList(entries);
          box.set(key(id), text);
          return;
        } catch {
          const oldest = entries.length > 1 ? entries.pop() : null;
          if (!oldest) {
            announce.show(texts.NOT_KEPT);
            return;
          }
          box.remove(key(oldest.id));
          announce.show(texts.FORGOTTEN);
        }
      }
    },
    remove(id) {
      box.remove(key(id));
      setList(list().filter((entry) => entry.id !== id));
    },
    setting: (name) => box.get(`dateline.${name}`),
    setSetting: (name, value) => box.set(`dateline.${name}`, value),
  };
}

// What the browser offers, or a memory that is gone with the page where it offers none.
function storage(name) {
  try {
    const real = window[name];
    real.setItem('dateline.probe', '1');
    real.removeItem('dateline.probe');
    return { lasting: true, get: (k) => real.getItem(k), set: (k, v) => real.setItem(k, v), remove: (k) => real.removeItem(k) };
  } catch {
    const memory = new Map();
    return { lasting: false, get: (k) => memory.get(k) ?? null, set: (k, v) => memory.set(k, v), remove: (k) => memory.delete(k) };
  }
}

function read(box, name, otherwise) {
  try {
    const value = JSON.parse(box.get(name));
    return value && (!Array.isArray(otherwise) || Array.isArray(value)) ? value : otherwise;
  } catch {
    return otherwise;
  }
}
