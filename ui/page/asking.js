// A question's way to the server and back: a request of its own, so that nothing an earlier answer left open can hold it up.
const PATIENCE = 15000; // milliseconds; the server says something every five seconds, if only the same again

// Why no answer came, in words to be shown.
export class Unanswered extends Error {}

// The question's turn as it grows; ends with the reply. Aborting `leaving` is hanging up.
export async function* turnsOf(sent, leaving, texts) {
  let silence = 0;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => leaving.abort(new Unanswered(texts.NO_ANSWER)), PATIENCE);
  };
  try {
    heard();
    const headers = { 'Content-Type': 'application/json' };
    const reply = await fetch('page/ask', { method: 'POST', headers, body: JSON.stringify(sent), signal: leaving.signal });
    if (!reply.ok) throw new Unanswered(await refusal(reply) || texts.LOST);
    let rest = '';
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      heard();
      const lines = (rest + part.value).split('\n');
      rest = lines.pop();
      for (const line of lines) yield JSON.parse(line);
    }
    throw new Unanswered(texts.NO_ANSWER);
  } catch (error) {
    throw error instanceof Unanswered ? error : new Unanswered(texts.LOST);
  } finally {
    clearTimeout(silence);
  }
}

// The line in which our server says why it takes no question; what else stands between may send pages of its own.
async function refusal(reply) {
  return reply.headers.get('Content-Type')?.startsWith('text/plain') ? (await reply.text()).trim() : '';
}
