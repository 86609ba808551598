// The quote beside a chip that is hovered or focused, with file and title; filled as text only.
import { make } from './dom.js';

export function peek() {
  const box = make('div', { id: 'peek', hidden: true });
  box.setAttribute('role', 'tooltip');
  box.append(...['quote', 'title', 'file'].map((name) => make('p', { className: name, dir: 'auto' })));
  document.querySelector('main').append(box);
  let of = null;

  function show(chip) {
    hide();
    for (const line of box.children) line.textContent = chip.dataset[line.className] || '';
    if (!chip.dataset.quote) return;
    box.hidden = false;
    of = chip;
    chip.setAttribute('aria-describedby', box.id);
    const at = chip.getBoundingClientRect();
    const below = at.bottom + 8;
    const top = below + box.offsetHeight < window.innerHeight ? below : at.top - box.offsetHeight - 8;
    box.style.left = `${Math.max(12, Math.min(at.left, window.innerWidth - box.offsetWidth - 12))}px`;
    box.style.top = `${Math.max(8, top)}px`;
  }
  function hide() {
    of?.removeAttribute('aria-describedby');
    of = null;
    box.hidden = true;
  }
  const chipOf = (event) => event.target.closest?.('#conversation a.cite');
  for (const [enter, leave] of [['mouseover', 'mouseout'], ['focusin', 'focusout']]) {
    document.addEventListener(enter, (event) => { if (chipOf(event)) show(chipOf(event)); });
    document.addEventListener(leave, (event) => { if (chipOf(event)) hide(); });
  }
  document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
  // The chip moves away under it; what scrolls elsewhere, such as an article to its quote, leaves it alone.
  document.addEventListener('scroll', (event) => { if (event.target.contains(of)) hide(); }, { capture: true, passive: true });
  return { hide };
}
