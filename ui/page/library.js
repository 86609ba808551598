// What is asked about and what there is: searching the list, asking some articles only, adding and removing.
import { elementOf, make, within } from './dom.js';

export function library(page) {
  const { texts, call, reading } = page;
  const chips = within('scope', '.chips');
  let files = []; // {file, title} that questions are limited to; none: all

  const chosen = (file) => files.some((each) => each.file === file);
  function limit(wanted) {
    files = wanted;
    chips.replaceChildren();
    if (files.length) chips.append(make('span', { textContent: `${texts.SCOPE}:` }));
    for (const { file, title } of files) {
      const chip = make('button', { type: 'button', className: 'chip', dir: 'auto', textContent: title || file });
      chip.dataset.file = file;
      chip.setAttribute('aria-label', `${texts.NOT_ONLY_THIS}: ${title || file}`);
      chip.append(make('span', { textContent: ' ×', ariaHidden: 'true' }));
      chip.addEventListener('click', () => change(files.filter((each) => each.file !== file)));
      chips.append(chip);
    }
    mark();
  }
  // Boxes and buttons say what holds now.
  function mark() {
    for (const entry of reading.library().querySelectorAll('.entry')) entry.querySelector('.only').checked = chosen(entry.dataset.file);
    for (const article of reading.pane.querySelectorAll('.article')) {
      article.querySelector('.only-this').textContent = chosen(article.dataset.file) ? texts.NOT_ONLY_THIS : texts.ONLY_THIS;
    }
  }
  function change(wanted) {
    limit(wanted);
    page.chat.keepFiles(wanted);
  }

  let typing = 0;
  async function search() {
    const query = reading.library().querySelector('#library-search').value;
    const reply = await call('search_library', { query });
    const list = reading.library();
    if (!reply || list.querySelector('#library-search').value !== query) return;
    list.querySelector('.found').replaceChildren(elementOf(`<div>${reply.html}</div>`));
    list.querySelector('.count').textContent = reply.count;
    mark();
  }
  async function renewed() {
    const query = reading.library().querySelector('#library-search').value;
    const fresh = await reading.renew();
    if (!fresh) return;
    fresh.querySelector('#library-search').value = query;
    if (query) await search();
    mark();
  }

  reading.pane.addEventListener('input', (event) => {
    if (event.target.id !== 'library-search') return;
    clearTimeout(typing);
    typing = setTimeout(search, 150);
  });
  reading.pane.addEventListener('change', (event) => {
    const entry = event.target.closest('.entry');
    if (event.target.id === 'add-files') {
      add([...event.target.files]);
      event.target.value = '';
    } else if (entry) {
      const { file, title } = entry.dataset;
      change(event.target.checked ? [...files, { file, title }] : files.filter((each) => each.file !== file));
    }
  });
  reading.pane.addEventListener('click', async (event) => {
    const entry = event.target.closest('.entry');
    const article = event.target.closest('.article');
    if (event.target.closest('#add')) {
      reading.library().querySelector('#add-files').click();
    } else if (entry && event.target.closest('button.open')) {
      reading.article(entry.dataset.file);
    } else if (entry && event.target.closest('button.remove')) {
      const { file } = entry.dataset;
      if (await call('remove_article', { file })) {
        change(files.filter((each) => each.file !== file));
        page.announce.show(`${texts.REMOVED}: ${file}`);
        await renewed();
      }
    } else if (article && event.target.closest('.only-this')) {
      const { file } = article.dataset;
      const title = article.querySelector('h2').textContent;
      change(chosen(file) ? files.filter((each) => each.file !== file) : [{ file, title }]);
    }
  });

  // Files dropped anywhere on the page are added, where readers may add any.
  const uploads = Boolean(reading.library().querySelector('#add'));
  const carriesFiles = (event) => [...(event.dataTransfer?.types || [])].includes('Files');
  document.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault(); // else the browser would leave the page for the file
    if (uploads) document.body.dataset.dropping = texts.DROP_HERE;
  });
  document.addEventListener('dragleave', (event) => { if (!event.relatedTarget) delete document.body.dataset.dropping; });
  document.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    delete document.body.dataset.dropping;
    if (!uploads) {
      page.announce.show(texts.UPLOADS_OFF);
      return;
    }
    reading.list();
    add([...event.dataTransfer.files]);
  });

  async function add(dropped) {
    for (const file of dropped) {
      const line = make('li', { dir: 'auto', textContent: `${texts.ADDING}: ${file.name}` });
      const bar = make('progress', { max: 1, value: 0, ariaLabel: `${texts.ADDING}: ${file.name}` });
      line.append(bar);
      reading.library().querySelector('.added ul').append(line);
      const reply = await send(file, (part) => { bar.value = part; });
      const refused = !reply?.file;
      line.className = refused ? 'refused' : 'taken';
      line.textContent = refused ? `${texts.REFUSED}: ${file.name}: ${reply?.error || texts.NOT_DONE}` : `${texts.ADDED}: ${reply.file}`;
      if (!refused) await renewed();
    }
  }
  return { limit, mark, files: () => files, renewed };
}

// The bytes of a file to the server, which answers with lines of JSON: what it does, at last the name or the reason.
function send(file, progress) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const lines = () => request.responseText.split('\n').filter(Boolean).map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        return {}; // not all of it is there
      }
    });
    request.open('POST', `page/upload?name=${encodeURIComponent(file.name)}`);
    request.upload.addEventListener('progress', (event) => { if (event.lengthComputable) progress(event.loaded / event.total / 2); });
    request.addEventListener('progress', () => {
      const { done, total } = lines().at(-1) || {};
      if (total) progress(0.5 + done / total / 2);
    });
    request.addEventListener('load', () => resolve(lines().at(-1) || null));
    request.addEventListener('error', () => resolve(null));
    request.send(file);
  });
}
