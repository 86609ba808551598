// The few things that all rooms do with the page.
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
export const narrow = window.matchMedia('(max-width: 56.25em)');

export const within = (id, selector) => document.querySelector(`#${id} ${selector}`);

// HTML of our own server, in which everything that others wrote is escaped.
export function elementOf(html) {
  const template = document.createElement('template');
  template.innerHTML = html;
  return template.content.firstElementChild;
}

// An element whose words, whoever wrote them, are only ever text.
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export function scrollTo(target, block = 'center') {
  target.scrollIntoView({ block, behavior: still.matches ? 'auto' : 'smooth' });
}

export function focusOn(target) {
  target?.focus({ preventScroll: true });
}

// Until an element of each selector is on the page.
export function present(selectors) {
  const all = () => selectors.every((selector) => document.querySelector(selector));
  return new Promise((resolve) => {
    const watching = new MutationObserver(check);
    function check() {
      if (!all()) return;
      watching.disconnect();
      resolve();
    }
    watching.observe(document.body, { childList: true, subtree: true });
    check();
  });
}
