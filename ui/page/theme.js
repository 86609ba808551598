// Light or dark: as the system says, until the reader says otherwise.
export function theme({ store }) {
  const dark = () => document.body.classList.contains('dark');
  const set = (wanted) => document.body.classList.toggle('dark', wanted);
  const chosen = store.setting('theme');
  if (chosen) set(chosen === 'dark');
  document.getElementById('theme-button').addEventListener('click', () => {
    set(!dark());
    store.setSetting('theme', dark() ? 'dark' : 'light');
  });
}
