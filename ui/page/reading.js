// The pane on the right: the list of articles, or one of them opened at cited words. On a narrow screen it is a sheet.
import { elementOf, focusOn, make, narrow, scrollTo, within } from './dom.js';

export function reading(page) {
  const { texts, call } = page;
  const column = document.getElementById('reading');
  const scroller = document.getElementById('pane');
  const pane = within('pane', '.library').parentElement;
  const close = make('button', { type: 'button', id: 'close-sheet', textContent: texts.CLOSE });
  column.prepend(close);
  let library = pane.firstElementChild;
  let listTop = 0; // how far down the list a reader was
  let open = null; // the article on show: file, the turn whose citations are marked, these, and both as text
  let opener = null; // what a reader comes back to
  let latest = 0; // of several articles asked for in haste the last one is shown

  const marksOf = (number) => [...pane.querySelectorAll(`mark[data-numbers~="${number}"]`)];

  function choose(number, { focus = true } = {}) {
    for (const mark of pane.querySelectorAll('mark.chosen')) mark.classList.remove('chosen');
    for (const link of pane.querySelectorAll('.quotes a')) {
      if (link.dataset.number === String(number)) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const marks = marksOf(number);
    if (!marks.length) return;
    for (const mark of marks) mark.classList.add('chosen');
    scrollTo(marks[0]);
    if (focus) focusOn(marks[0]);
  }

  // Opens `file`; with `chosen` at that citation, else at the passage `spot`, else at the first quote or the top.
  async function article(file, { turn = 0, citations = [], chosen = null, spot = null, part = null, quiet = false } = {}) {
    if (!quiet) sheet(true);
    // Another answer may have as many citations of the same file: only the same citations are the same marks.
    const key = JSON.stringify([file, turn, citations]);
    if (open?.key === key && !spot && part === null && (chosen === null || marksOf(chosen).length)) {
      if (chosen !== null) choose(chosen);
      return;
    }
    const request = ++latest;
    const reply = await call('open_article', { file, citations, chosen, spot, part });
    if (!reply || request !== latest) return;
    open = { file, turn, citations, key };
    const shown = elementOf(reply.html);
    if (library.isConnected) listTop = scroller.scrollTop;
    pane.replaceChildren(shown);
    scroller.scrollTop = 0;
    page.library?.mark();
    const first = pane.querySelector('.spot') || pane.querySelector('mark');
    if (chosen !== null) choose(chosen);
    else if (part === null && first) scrollTo(first);
    if (!quiet && chosen === null) focusOn(first || shown.querySelector('h2'));
  }

  function list({ quiet = false } = {}) {
    latest += 1;
    open = null;
    if (!quiet) sheet(true);
    if (!library.isConnected) {
      pane.replaceChildren(library);
      scroller.scrollTop = listTop;
    }
    if (!quiet) focusOn(library.querySelector('h2'));
  }

  // The list as the server has it now: articles come and go.
  async function renew() {
    const reply = await call('open_library');
    if (!reply) return null;
    const fresh = elementOf(reply.html);
    const added = library.querySelector('.added');
    if (added) fresh.querySelector('.added')?.replaceWith(added);
    if (library.isConnected) library.replaceWith(fresh);
    library = fresh;
    const count = document.querySelector('#articles-button .count');
    if (count) count.textContent = reply.count.toLocaleString(document.documentElement.lang || 'en');
    return fresh;
  }

  function sheet(wanted) {
    if (wanted && !column.contains(document.activeElement)) opener = document.activeElement;
    if (!narrow.matches) return;
    column.classList.toggle('open', wanted);
    frame();
    if (!wanted) focusOn(opener);
  }
  // As a sheet it is a dialog, and the rest of the page is out of reach; as a column it is a part of the page.
  function frame() {
    const over = narrow.matches && column.classList.contains('open');
    column.setAttribute('role', over ? 'dialog' : 'region');
    column.setAttribute('aria-label', texts.READING);
    column.toggleAttribute('aria-modal', over);
    if (over) column.setAttribute('aria-modal', 'true');
    for (const id of ['masthead', 'chat']) document.getElementById(id).inert = over;
  }
  narrow.addEventListener('change', frame);
  frame();

  close.addEventListener('click', () => sheet(false));
  document.getElementById('articles-button').addEventListener('click', () => list());
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (column.classList.contains('open')) sheet(false);
    else if (column.contains(document.activeElement) && opener?.isConnected) focusOn(opener);
  });
  pane.addEventListener('click', (event) => {
    const link = event.target.closest('.quotes a');
    const part = event.target.closest('button.part');
    if (link) {
      event.preventDefault();
      const { turn, citations } = open;
      const cited = citations.find((citation) => String(citation.number) === link.dataset.number);
      if (cited) article(cited.file, { turn, citations, chosen: cited.number });
    } else if (part) {
      article(open.file, { turn: open.turn, citations: open.citations, part: Number(part.dataset.part) });
    } else if (event.target.closest('.back-to-list')) {
      list();
    }
  });
  return { article, list, renew, pane, library: () => library, sheet };
}
