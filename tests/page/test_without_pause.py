"""Questions asked the very moment the answer before stands: every one of them is answered, some are stopped at once."""

import os

from page_fakes import FakeAssistant
from reader import Reader

QUESTIONS = int(os.environ.get("QUESTIONS", "100"))
"""`QUESTIONS=1000 make test-page` asks more."""
CHAT = 50
"""Questions of a conversation; then a new one begins."""

# Asks through the page's own text box, in the task in which the answer before was placed.
_ASK_ON = """(questions) => new Promise((resolve) => {
  const box = document.querySelector('#question textarea');
  const turns = document.querySelector('#conversation .turns');
  const states = [];
  const ask = () => {
    box.value = `What did Ushakov praise? (${states.length + 1})`;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    box.dispatchEvent(new KeyboardEvent('keypress', { key: 'Enter', bubbles: true }));
    if (states.length % 10 === 9) document.getElementById('stop').click();
  };
  let stuck = 0;
  const end = () => { watching.disconnect(); clearTimeout(stuck); resolve(states); };
  const wait = () => { clearTimeout(stuck); stuck = setTimeout(end, 6000); };
  const watching = new MutationObserver(() => {
    const last = turns.lastElementChild;
    if (turns.children.length !== states.length + 1 || last.dataset.state === 'waiting') return;
    states.push(last.dataset.state);
    if (states.length === questions) return end();
    wait();
    ask();
  });
  watching.observe(turns, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });
  wait();
  ask();
})"""


def test_every_question_is_answered_however_soon_it_is_asked(reader: Reader, fake: FakeAssistant) -> None:
    for _ in range(0, QUESTIONS, CHAT):
        states = reader.page.evaluate(_ASK_ON, CHAT)
        assert len(states) == CHAT
        # Stopped were at most those that were to be.
        assert sorted(states)[: CHAT - CHAT // 10] == ["done"] * (CHAT - CHAT // 10)
        assert set(states) <= {"done", "stopped"}
        reader.page.locator("#new-chat").click()
        reader.question.wait_for()
