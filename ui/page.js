// Runs once, when the conversation is on the page. `element` holds it; `trigger` reaches Python.
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const pane = () => document.querySelector('#sources .sources');

// Screen readers hear of an answer here: the conversation itself is redrawn as a whole.
const live = document.createElement('div');
live.className = 'unseen';
live.setAttribute('role', 'status');
document.body.append(live);

// The peek shows a quote beside the marker that points at it. Only ever filled as text.
const peek = document.createElement('div');
peek.id = 'peek';
peek.hidden = true;
for (const part of ['quote', 'title', 'file']) {
  const line = document.createElement('p');
  line.className = part;
  peek.append(line);
}
document.querySelector('.gradio-container').append(peek);

function showPeek(chip) {
  for (const line of peek.children) line.textContent = chip.dataset[line.className] || '';
  peek.hidden = false;
  const at = chip.getBoundingClientRect();
  const left = Math.max(12, Math.min(at.left, window.innerWidth - peek.offsetWidth - 12));
  const below = at.bottom + 8;
  const top = below + peek.offsetHeight < window.innerHeight ? below : at.top - peek.offsetHeight - 8;
  peek.style.left = `${left}px`;
  peek.style.top = `${Math.max(8, top)}px`;
}
function hidePeek() {
  peek.hidden = true;
}

function moveTo(target) {
  if (!target) return;
  target.scrollIntoView({ block: 'center', behavior: still.matches ? 'auto' : 'smooth' });
  target.focus({ preventScroll: true });
}
function choose(number) {
  for (const mark of document.querySelectorAll('#sources mark.chosen')) mark.classList.remove('chosen');
  const mark = document.getElementById(`cite-${number}`);
  if (mark) mark.classList.add('chosen');
  moveTo(mark);
}

let awaited = null; // a marker of an earlier answer, whose sources are on their way
element.addEventListener('click', (event) => {
  const example = event.target.closest('button.example');
  if (example) {
    trigger('ask', { question: example.dataset.question });
    return;
  }
  const chip = event.target.closest('a.cite');
  if (!chip) return;
  event.preventDefault();
  hidePeek();
  if (pane()?.dataset.turn === chip.dataset.turn) {
    choose(chip.dataset.number);
  } else {
    awaited = chip.dataset;
    trigger('cite', { turn: Number(chip.dataset.turn) });
  }
});
for (const [show, hide] of [['mouseover', 'mouseout'], ['focusin', 'focusout']]) {
  element.addEventListener(show, (event) => {
    const chip = event.target.closest('a.cite');
    if (chip) showPeek(chip);
  });
  element.addEventListener(hide, hidePeek);
}
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') hidePeek();
});
document.addEventListener('scroll', hidePeek, { capture: true, passive: true });

// The source pane may come onto the page after this: listen on the desk that holds both.
const desk = document.getElementById('desk');
desk.addEventListener('click', (event) => {
  const back = event.target.closest('a.back');
  if (!back) return;
  event.preventDefault();
  moveTo(document.getElementById(back.getAttribute('href').slice(1)));
});
let shown = ''; // turn whose sources the pane has been scrolled to
new MutationObserver(() => {
  const turn = pane()?.dataset.turn;
  if (turn === '0') shown = ''; // a new chat counts from one again
  else if (turn && turn !== shown) {
    const sources = document.getElementById('sources');
    sources.scrollTop = 0;
    const first = sources.querySelector('mark');
    if (first) {
      shown = turn;
      const hidden = first.getBoundingClientRect().bottom - sources.getBoundingClientRect().bottom;
      if (hidden > 0) sources.scrollTop = hidden + sources.clientHeight / 3;
    }
  }
  if (awaited && turn === awaited.turn) {
    const { number } = awaited;
    awaited = null;
    choose(number);
  }
}).observe(desk, { childList: true, subtree: true });

let seen = 0; // turns on the page: a new question is brought to the top of the view
watch('value', () => {
  hidePeek();
  const turns = element.querySelectorAll('.turn');
  const last = turns[turns.length - 1];
  if (turns.length > seen) last.scrollIntoView({ block: 'start', behavior: still.matches ? 'auto' : 'smooth' });
  seen = turns.length;
  const news = !last ? '' : last.dataset.state === 'waiting'
    ? last.querySelector('.progress')?.textContent
    : `ANSWER_READY: ${last.querySelector('.reply').textContent}`;
  if (live.textContent !== news) live.textContent = news || '';
});
