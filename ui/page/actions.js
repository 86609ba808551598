// What can be done with an answer: copied, linked to, asked for again, said to be wrong.
import { copy } from './clipboard.js';
import { focusOn, scrollTo } from './dom.js';

export function actions({ texts, call, announce, library }, { turn, history, regenerate }) {
  const noteOf = (element) => element.querySelector('div.wrong');
  const known = {
    copy: (number) =>
      copy(call('write_markdown', { answers: [turn(number).answer], single: true }), () => announce.show(texts.COPIED)),
    link(number) {
      const address = new URL(window.location.pathname, window.location.href);
      address.searchParams.set('q', turn(number).question);
      for (const { file } of library.files()) address.searchParams.append('in', file);
      return copy(Promise.resolve(address.href), () => announce.show(texts.LINK_COPIED));
    },
    regenerate,
    wrong(number, element) {
      const note = noteOf(element);
      note.hidden = !note.hidden;
      if (note.hidden) return;
      scrollTo(note, 'nearest');
      focusOn(note.querySelector('textarea'));
    },
    'cancel-wrong'(number, element) {
      noteOf(element).hidden = true;
      focusOn(element.querySelector('[data-action=wrong]'));
    },
    async 'send-wrong'(number, element) {
      const note = noteOf(element).querySelector('textarea').value;
      if (!(await call('keep_feedback', { answer: turn(number).answer, note, history: history(number) }))) return;
      noteOf(element).hidden = true;
      element.querySelector('[data-action=wrong]').disabled = true;
      announce.show(texts.WRONG_KEPT);
    },
  };
  return (name, number, element) => known[name]?.(number, element);
}
