// Runs first of all, so that the page needs neither 'unsafe-eval' nor 'unsafe-inline' for scripts and style sheets.
(() => {
  const { nonce } = document.currentScript;

  // Gradio makes functions of text. It gets those whose text this document came with (how the page starts, what its buttons
  // do) and templates that hold nothing to run; each becomes a script with the document's nonce. No other text does.
  const templates = [
    /^\s*return "(?:[^"\\]|\\.)*";\s*$/, // Handlebars, nothing to fill in
    /^return `(?:[^`\\$]|\$\{value\})*`;$/, // gr.HTML, nothing to fill in but its value
  ];
  function given(text) {
    const { components = [], dependencies = [] } = window.gradio_config ?? {};
    return (
      components.some(({ props }) => props?.js_on_load === text) ||
      dependencies.some(({ js }) => typeof js === 'string' && text === `return (\n${js.trim().replace(/;+$/, '')}\n);`)
    );
  }
  const ready = new Map();
  function made(prefix, parts) {
    const names = parts.slice(0, -1).join();
    const text = String(parts.at(-1));
    const key = `${prefix}(${names}) ${text}`;
    if (!ready.has(key)) ready.set(key, compiled(prefix, names, text));
    return ready.get(key);
  }
  function compiled(prefix, names, text) {
    if (!/^[\w$,]*$/.test(names) || !(given(text) || templates.some((template) => template.test(text)))) {
      throw new EvalError(`the page came with no such function: ${text.slice(0, 100)}`);
    }
    const script = document.createElement('script');
    script.nonce = nonce;
    script.textContent = `document.currentScript.made = ${prefix} function (${names}) {\n${text}\n}`;
    document.head.append(script);
    script.remove();
    return script.made;
  }
  const maker = (constructor, prefix) =>
    new Proxy(constructor, {
      apply: (_, __, parts) => made(prefix, parts),
      construct: (_, parts) => made(prefix, parts),
    });
  const asynchronous = Object.getPrototypeOf(async () => {});
  window.Function = maker(Function, '');
  Object.defineProperty(asynchronous, 'constructor', { value: maker(asynchronous.constructor, 'async') });

  // Style sheets that scripts put into the head are ours; nothing that others wrote is ever placed there.
  const { head } = document;
  function signed(node) {
    for (const sheet of node.matches?.('style') ? [node] : (node.querySelectorAll?.('style') ?? [])) sheet.nonce = nonce;
    return node;
  }
  const append = head.appendChild;
  head.appendChild = (node) => append.call(head, signed(node));
  const { before } = CharacterData.prototype;
  CharacterData.prototype.before = function (...nodes) {
    before.apply(this, this.parentNode === head ? nodes.map(signed) : nodes);
  };
})();
