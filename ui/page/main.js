// Begins the page: each module is one room of it, `page` holds what they share.
import { announcer } from './announcer.js';
import { chat } from './chat.js';
import { conversations } from './conversations.js';
import { present } from './dom.js';
import { library } from './library.js';
import { peek } from './peek.js';
import { reading } from './reading.js';
import { store } from './store.js';
import { theme } from './theme.js';

// What Python renders; Gradio puts it on the page in no certain order.
const RENDERED = ['#theme-button', '#conversation .welcome', '#scope .chips', '#composer textarea', '#pane .library'];

export async function start({ texts, server }) {
  await present(RENDERED);
  const announce = announcer();
  // A service that fails says so in one line and gives null; one that refuses says why.
  async function call(service, sent = {}) {
    let reply = null;
    try {
      reply = await server[service](sent);
    } catch {
      announce.show(navigator.onLine === false ? texts.LOST : texts.NOT_DONE);
      return null;
    }
    if (reply?.error) {
      announce.show(reply.error);
      return null;
    }
    return reply;
  }
  const page = { texts, call, announce, store: store(texts, announce) };
  theme(page);
  page.peek = peek();
  page.reading = reading(page);
  page.library = library(page);
  page.chat = chat(page);
  page.conversations = conversations(page);
  // Enter and Send reach the conversation through Gradio's own events.
  window.dateline = { send: page.chat.send, stop: page.chat.stop };
  page.chat.begin();
  document.documentElement.dataset.ready = 'true';
}
