// Text out of the page: to the clipboard, or into a file.
import { make } from './dom.js';

export async function copy(coming, done) {
  const text = await coming;
  if (text === null) return;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // No clipboard without https, but for this machine: the old way still works.
    const box = make('textarea', { value: text, className: 'unseen' });
    const before = document.activeElement;
    document.body.append(box);
    box.select();
    document.execCommand('copy');
    box.remove();
    before?.focus();
  }
  done();
}

// A Markdown file named after `title`, as far as file names may hold it.
export function saveAs(title, text) {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/markdown;charset=utf-8' }));
  const link = make('a', { href: address, download: `${title.replace(/[\\/:*?"<>|\u0000-\u001f]/g, ' ').trim()}.md` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
