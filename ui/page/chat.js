// The conversation: questions go out, turns come in as HTML of our own server and are kept in the browser.
import { actions } from './actions.js';
import { turnsOf, Unanswered } from './asking.js';
import { saveAs } from './clipboard.js';
import { elementOf, focusOn, make, narrow, scrollTo, within } from './dom.js';

const REMEMBERED = 20; // turns that are sent along with a question
const OFFERED = 6; // suggestions last shown that are not shown again
const TITLE = 80;
const QUESTION = 1000; // characters of a question that its turn repeats

export function chat(page) {
  const { texts, call, store, announce, reading } = page;
  const turnsBox = within('conversation', '.turns');
  const welcome = within('conversation', '.welcome');
  const composer = document.getElementById('composer');
  let id = newId();
  let turns = []; // as kept: {question, answer, error, stopped}
  let cited = []; // of each turn the citations that its chips lead to
  let offered = []; // questions that were suggested
  let running = null; // {number, question, before, leaving, stopped} of the answer under way

  const answers = () => turns.map((turn) => turn.answer).filter(Boolean);
  // The messages of the answers before a turn.
  const history = (number) => turns.slice(0, number - 1).filter((turn) => turn.answer).slice(-REMEMBERED).flatMap((turn) => [
    { role: 'user', content: turn.question },
    { role: 'assistant', content: turn.answer.text },
  ]);
  const title = (all = turns) => {
    const words = all[0].question.replace(/\s+/g, ' ').trim();
    return words.length > TITLE ? `${words.slice(0, TITLE - 1)}…` : words || texts.CONVERSATION;
  };
  const citationsOf = (answer) => [...(answer?.citations || []), ...(answer?.nearest ? [answer.nearest] : [])];
  const turnElement = (number) => document.getElementById(`turn-${number}`);

  // With `awaiting`, the turn that comes back where the page goes before the answer is there.
  function keep(awaiting = []) {
    const all = [...turns, ...awaiting];
    if (all.length) store.save(id, title(all), { turns: all, files: page.library.files() });
    store.setCurrent(id);
  }

  function show(filled) {
    welcome.hidden = filled;
    turnsBox.hidden = !filled;
  }

  // A turn that the server has not rendered: a question stands on the page before anything was said of it.
  function ownTurn({ question, number }, state, line) {
    const words = question.length > QUESTION ? `${question.slice(0, QUESTION)}…` : question;
    const shown = make('h2', { className: 'question', dir: 'auto' },
      make('span', { className: 'unseen', textContent: `${texts.YOU}: ` }), words);
    const turn = make('article', { className: 'turn', id: `turn-${number}`, tabIndex: -1 }, shown, make('div', { className: 'reply' }, line));
    turn.dataset.state = state;
    if (state === 'waiting') return turn;
    const again = make('button', { type: 'button', textContent: texts.REGENERATE });
    again.dataset.action = 'regenerate';
    turn.append(make('div', { className: 'actions' }, again));
    return turn;
  }

  function place(number, fresh) {
    const old = turnElement(number);
    if (!old) {
      turnsBox.append(fresh);
      scrollTo(fresh, 'start');
      return;
    }
    // What has not changed stays: a reader may be on one of its chips.
    const [reply, grown] = [old.querySelector('.reply'), fresh.querySelector('.reply')];
    [...grown.children].forEach((child, n) => {
      const before = reply.children[n];
      if (!before) reply.append(child.cloneNode(true));
      else if (!before.isEqualNode(child)) before.replaceWith(child.cloneNode(true));
    });
    while (reply.children.length > grown.children.length) reply.lastElementChild.remove();
    old.dataset.state = fresh.dataset.state;
    for (const rest of [...old.children].slice(2)) rest.remove();
    old.append(...[...fresh.children].slice(2));
  }

  // `before` is the turn that this one is to replace: it comes back where the new one fails.
  function ask(question, before = null) {
    if (running || !question.trim()) return false;
    page.peek.hide();
    turnsBox.querySelector('.suggestions')?.remove();
    running = { number: turns.length + 1, question, before, leaving: new AbortController(), stopped: null };
    composer.classList.add('asking');
    show(true);
    place(running.number, ownTurn(running, 'waiting', make('p', { className: 'progress', textContent: texts.SEARCHING })));
    keep([before?.kept || { question, answer: null, error: '', stopped: true }]);
    hear(running);
    return true;
  }

  // What comes of a question, until it is over or nobody waits for it any more.
  async function hear(mine) {
    const { question, number } = mine;
    const sent = { question, history: history(number), files: page.library.files().map(({ file }) => file), number };
    try {
      for await (const turn of turnsOf(sent, mine.leaving, texts)) {
        if (running !== mine) return;
        mine.stopped = turn.stopped;
        become(turn);
        if (turn.kept) return;
        announce.say(turnElement(number).querySelector('.progress')?.textContent || '');
      }
    } catch (error) {
      if (running !== mine) return;
      if (!(error instanceof Unanswered)) console.error(error);
      unanswered(error instanceof Unanswered ? error.message : texts.NOT_DONE);
    }
  }

  // No more comes: what was verified stays, and the question can be asked again.
  function unanswered(why) {
    const { question, number, leaving, stopped } = running;
    leaving.abort();
    if (stopped?.kept.answer) {
      announce.show(why);
      become(stopped);
      return;
    }
    place(number, ownTurn(running, 'error', make('p', { className: 'error', role: 'alert', textContent: why })));
    ended({ question, answer: null, error: why, stopped: false });
  }

  function become({ html, citations, kept }) {
    const { number } = running;
    place(number, elementOf(html));
    cited[number - 1] = citations;
    if (kept) ended(kept);
  }

  function ended(kept) {
    const { number, before } = running;
    running = null;
    composer.classList.remove('asking');
    if (before && !kept.answer) {
      turnElement(number).replaceWith(before.element);
      turns[number - 1] = before.kept;
      cited[number - 1] = before.cited;
      announce.show(kept.error || texts.STOPPED);
      return;
    }
    turns[number - 1] = kept;
    keep();
    const turn = turnElement(number);
    // What is folded is not read out.
    const said = [...turn.querySelector('.reply').children].filter((part) => part.localName !== 'details');
    announce.say(`${texts.ANSWER_READY}: ${said.map((part) => part.textContent).join(' ')}`);
    const first = kept.answer?.citations[0];
    if (!narrow.matches && first) reading.article(first.file, { turn: number, citations: cited[number - 1], quiet: true });
    else if (!narrow.matches && kept.answer) reading.list({ quiet: true });
    suggest(number);
  }

  async function suggest(number) {
    const { answer } = turns[number - 1];
    if (!answer) return;
    const asked = [...turns.map((turn) => turn.question), ...offered.slice(-OFFERED)];
    const questions = await call('suggest_questions', { answer, asked, files: page.library.files().map(({ file }) => file) });
    if (!questions?.length || turns.length !== number || running) return;
    offered.push(...questions);
    const box = make('div', { className: 'suggestions' }, make('h3', { textContent: texts.GO_ON }), ...questions.map(suggestion));
    turnElement(number)?.append(box);
  }
  function suggestion(question) {
    return make('button', { type: 'button', className: 'suggestion', dir: 'auto', textContent: question });
  }

  // Without the server's help, which may be gone or busy: it ends an answer that nobody waits for.
  function stop() {
    if (!running) return;
    const { question, number, leaving, stopped } = running;
    leaving.abort();
    if (stopped) {
      become(stopped);
      return;
    }
    place(number, ownTurn(running, 'stopped', make('p', { className: 'notice', textContent: texts.STOPPED })));
    ended({ question, answer: null, error: '', stopped: true });
  }

  // Another conversation is shown: nobody waits for the answer under way.
  function leave() {
    running?.leaving.abort();
    running = null;
    composer.classList.remove('asking');
  }

  // The last question is answered anew in the place of its answer; an earlier one is asked again, since what came after rests
  // on its answer.
  function regenerate(number) {
    if (running) return;
    const { question } = turns[number - 1];
    if (number < turns.length) {
      ask(question);
      return;
    }
    const element = turnElement(number);
    const before = { kept: turns.pop(), cited: cited.pop(), element };
    element.querySelector('.suggestions')?.remove();
    element.remove();
    ask(question, before);
  }

  function fresh() {
    leave();
    id = newId();
    turns = [];
    cited = [];
    offered = [];
    turnsBox.replaceChildren();
    store.setCurrent(id);
    page.library.limit([]);
    show(false);
    reading.list({ quiet: true });
    focusOn(within('question', 'textarea'));
  }

  async function open(wanted) {
    const kept = store.load(wanted);
    if (!kept) {
      store.remove(wanted);
      return;
    }
    leave();
    const restored = await call('restore_turns', { turns: kept.turns });
    if (!restored) return;
    id = wanted;
    turns = kept.turns.map((turn, n) => {
      const question = typeof turn?.question === 'string' ? turn.question : null;
      const { error } = restored[n];
      return question === null || (turn.answer && error) ? { question: question || '', answer: null, error, stopped: false } : turn;
    });
    cited = turns.map((turn) => citationsOf(turn.answer));
    offered = [];
    turnsBox.replaceChildren(...restored.map(({ html }) => elementOf(html)));
    store.setCurrent(id);
    page.library.limit(kept.files);
    show(turns.length > 0);
    const last = turns.length;
    if (last) {
      scrollTo(turnElement(last), 'start');
      const first = turns[last - 1].answer?.citations[0];
      if (!narrow.matches && first) reading.article(first.file, { turn: last, citations: cited[last - 1], quiet: true });
    }
  }

  async function begin() {
    const link = new URLSearchParams(window.location.search);
    const question = link.get('q');
    const current = store.current();
    if (question) {
      // Asked once: a reload comes back to the conversation instead.
      window.history.replaceState(null, '', window.location.pathname);
      store.setCurrent(id);
      const entries = new Map([...document.querySelectorAll('.entry')].map((entry) => [entry.dataset.file, entry.dataset.title]));
      page.library.limit(link.getAll('in').map((file) => ({ file, title: entries.get(file) || file })));
      ask(question);
    } else if (current && store.load(current)) {
      await open(current);
    } else {
      store.setCurrent(id);
    }
    page.library.renewed(); // with what this reader added
    const questions = await call('suggest_questions', {});
    const box = welcome.querySelector('.suggestions');
    box?.append(...(questions || []).map(suggestion));
    if (box) box.hidden = !questions?.length;
  }

  const act = actions(page, { turn: (number) => turns[number - 1], history, regenerate });
  document.getElementById('conversation').addEventListener('click', (event) => {
    const asked = event.target.closest('button.suggestion');
    const chip = event.target.closest('a.cite');
    const passage = event.target.closest('button.passage');
    const action = event.target.closest('[data-action]');
    const element = event.target.closest('.turn');
    const number = element ? Number(element.id.replace('turn-', '')) : 0;
    if (asked) {
      ask(asked.textContent);
    } else if (chip) {
      event.preventDefault();
      page.peek.hide();
      reading.article(chip.dataset.file, { turn: number, citations: cited[number - 1] || [], chosen: Number(chip.dataset.number) });
    } else if (passage) {
      const { file, start, end } = passage.dataset;
      reading.article(file, { turn: number, citations: cited[number - 1] || [], spot: [Number(start), Number(end)] });
    } else if (action) {
      act(action.dataset.action, number, element);
    }
  });
  document.getElementById('new-chat').addEventListener('click', fresh);

  return {
    begin,
    stop,
    open,
    fresh,
    answers,
    id: () => id,
    // What is typed is given back where it cannot be asked now.
    send: (words) => (ask(words || '') ? '' : words),
    keepFiles: () => keep(),
    async download() {
      const text = await call('write_markdown', { answers: answers() });
      if (text) saveAs(title(), text);
    },
  };
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
