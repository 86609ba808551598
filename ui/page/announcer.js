// What happened, for those who see the page and those who hear it.
export function announcer() {
  const spoken = line('unseen');
  const shown = line('toast');
  shown.id = 'toast';
  let hiding = 0;
  return {
    // Only spoken: an answer that is ready stands on the page already.
    say(words) {
      if (spoken.textContent !== words) spoken.textContent = words;
    },
    show(words) {
      shown.textContent = words;
      clearTimeout(hiding);
      hiding = setTimeout(() => { shown.textContent = ''; }, 6000);
    },
  };
}

function line(name) {
  const element = document.createElement('div');
  element.className = name;
  element.setAttribute('role', 'status');
  document.querySelector('.gradio-container').append(element);
  return element;
}
