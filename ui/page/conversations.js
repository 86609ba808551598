// The list of conversations, named by their first questions, in a panel below its button.
import { make } from './dom.js';

export function conversations(page) {
  const { texts, store, chat } = page;
  const panel = document.getElementById('conversations');
  const button = document.getElementById('conversations-button');

  function render() {
    const entries = store.list();
    const items = entries.map(({ id, title }) => {
      const open = make('button', { type: 'button', className: 'open', dir: 'auto', textContent: title });
      if (id === chat.id()) open.setAttribute('aria-current', 'true');
      open.addEventListener('click', () => { toggle(false); chat.open(id); });
      const remove = make('button', { type: 'button', className: 'delete', textContent: texts.DELETE });
      remove.setAttribute('aria-label', `${texts.DELETE}: ${title}`);
      remove.addEventListener('click', () => {
        store.remove(id);
        page.announce.show(texts.DELETED);
        if (id === chat.id()) chat.fresh();
        render();
        (panel.querySelector('.open') || button).focus();
      });
      const entry = make('li', {}, open, remove);
      entry.dataset.id = id;
      return entry;
    });
    const download = make('button', { type: 'button', id: 'download', textContent: texts.DOWNLOAD, disabled: !chat.answers().length });
    download.addEventListener('click', () => chat.download());
    panel.replaceChildren(
      make('p', { className: 'hint', textContent: items.length ? texts.CONVERSATIONS_HINT : texts.NO_CONVERSATIONS }),
      make('ul', {}, ...items),
      download,
    );
  }
  function toggle(wanted) {
    panel.hidden = !wanted;
    button.setAttribute('aria-expanded', String(wanted));
    if (wanted) render();
  }
  button.addEventListener('click', () => toggle(panel.hidden));
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !panel.hidden) {
      toggle(false);
      button.focus();
    }
  });
  // Removing an entry takes what was clicked out of the document: ask where the click went, not where it is now.
  document.addEventListener('click', (event) => {
    const path = event.composedPath();
    if (!panel.hidden && !path.includes(panel) && !path.includes(button)) toggle(false);
  });
  return { close: () => toggle(false) };
}
