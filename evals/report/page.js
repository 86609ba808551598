"use strict";
// Everything that a case, an answer or an article says is set as text: none of it becomes markup.
const data = JSON.parse(document.getElementById("data").textContent);
const list = document.getElementById("list");
const filters = Object.fromEntries(["search", "state", "part", "tag", "stage"].map((id) => [id, document.getElementById(id)]));

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...content.filter((part) => part !== null && part !== ""));
  return element;
}

const stageOf = (one) => (one.details ? one.details.stage : "");
for (const stage of [...new Set(data.cases.map(stageOf).filter(Boolean))].sort()) filters.stage.append(make("option", "", stage));
if (!data.cases.some((one) => !one.holds)) filters.state.value = "";

function differs(one) {
  const other = one.other;
  return !other || other.holds !== one.holds || (one.details && other.details && one.details.text !== other.details.text);
}

function shown(one) {
  const { state, part, tag, stage } = Object.fromEntries(Object.entries(filters).map(([id, field]) => [id, field.value]));
  const words = filters.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (one.question + " " + (one.details ? one.details.text : "") + " " + one.key).toLowerCase();
  if (state === "failed" && one.holds) return false;
  if (state === "held" && !one.holds) return false;
  if ((state === "fixed" || state === "broken") && one.change !== state) return false;
  if (state === "differs" && !differs(one)) return false;
  return (!part || one.part === part) && (!tag || one.tags.includes(tag)) && (!stage || stageOf(one) === stage) && words.every((word) => text.includes(word));
}

function facts(details) {
  const rows = make("ul", "facts");
  for (const fact of details.facts) {
    rows.append(make("li", fact.found ? "good" : "bad", (fact.found ? "✓ " : "✗ missing: ") + fact.wordings.join(" / ")));
  }
  for (const word of details.forbidden.filter((word) => word.found)) rows.append(make("li", "bad", "✗ forbidden: " + word.wordings.join(" / ")));
  return rows;
}

// Offsets count code points; a JavaScript string counts UTF-16 units.
function marked(text, cited, gold) {
  const points = Array.from(text);
  const edges = [...new Set([0, points.length, ...cited.flat(), ...gold.flat()])].filter((at) => at <= points.length).sort((a, b) => a - b);
  const inside = (spans, at) => spans.some(([start, end]) => start <= at && at < end);
  const box = make("div", "article");
  box.tabIndex = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const [isCited, isGold] = [inside(cited, edges[i]), inside(gold, edges[i])];
    const piece = make(isCited ? "mark" : "span", isGold ? "wanted" : "", points.slice(edges[i], edges[i + 1]).join(""));
    box.append(piece);
  }
  return box;
}

function sources(one, details) {
  const box = document.createDocumentFragment();
  const gold = details.gold.flat();
  for (const file of new Set([...details.citations, ...gold].map((place) => place.file))) {
    const text = data.articles[one.file + "/" + file] ?? data.articles[file];
    const spans = (places) => places.filter((place) => place.file === file).map((place) => [place.start, place.end]);
    box.append(make("h4", "", file));
    if (text === undefined) box.append(make("p", "quiet", "the article is not part of this file"));
    else box.append(marked(text, spans(details.citations), spans(gold)));
  }
  return box;
}

function side(one, title) {
  const details = one.details;
  const column = make("div", "");
  if (title) column.append(make("h4", "", title));
  if (!details) {
    column.append(make("p", one.holds ? "good" : "bad", one.holds ? "held" : "failed"));
    return column;
  }
  if (details.stage) column.append(make("p", "bad", details.stage + ": " + details.problems.join("; ")));
  column.append(make("h4", "", "Answer (" + details.outcome.replaceAll("_", " ") + (details.confidence === null ? "" : ", confidence " + details.confidence.toFixed(2)) + ")"));
  column.append(make("p", "answer", details.text));
  if (details.notice) column.append(make("p", "quiet", details.notice));
  if (details.facts.length || details.forbidden.length) column.append(make("h4", "", "Facts"), facts(details));
  if (details.unverified.length) {
    column.append(make("h4", "", "Removed"));
    for (const removed of details.unverified) column.append(make("p", "answer", removed.text + " (" + removed.reason + ")"));
  }
  column.append(sources(one, details));
  if (details.retrieved.length) {
    const items = make("ol", "quiet");
    for (const chunk of details.retrieved) items.append(make("li", "", `${chunk.file} ${chunk.start}–${chunk.end}` + (chunk.score === null ? "" : `, ${chunk.score.toFixed(3)}`)));
    column.append(make("h4", "", "Retrieved, best first"), items);
  }
  return column;
}

function fill(element, one) {
  const body = make("div", "body");
  const details = one.details;
  if (details) {
    if (details.history.length) {
      body.append(make("h4", "", "Conversation"));
      for (const turn of details.history) body.append(make("p", "turn", make("b", "", turn.role + ": "), turn.content));
    }
    if (details.standalone_question !== one.question) body.append(make("p", "quiet", "searched as: " + details.standalone_question));
    const expected = details.expected === "answered" ? "expected: an answer from " + details.files.join(", ") : "expected: the articles do not say";
    body.append(make("p", "quiet", expected + (details.why ? " · why it is there: " + details.why : "")));
  }
  const sides = make("div", data.compared ? "sides two" : "sides");
  sides.append(side(one, data.compared ? "This run" : ""));
  if (data.compared) sides.append(one.other ? side(one.other, "Other run") : make("p", "quiet", "not in the other run"));
  body.append(sides, make("p", "quiet", "marked: cited · underlined: the gold quote"));
  element.append(body);
  const first = body.querySelector("mark, .wanted");
  if (first) {
    const box = first.closest(".article");
    box.scrollTop = first.offsetTop - box.offsetTop - 60;
  }
}

function row(one) {
  const element = make("details", "case");
  element.id = one.key;
  const summary = make("summary", "",
    make("span", "mark " + (one.holds ? "good" : "bad"), one.holds ? "✓" : "✗"),
    make("span", "asked", one.question),
    make("code", "quiet", one.key),
    make("span", "marks",
      stageOf(one) ? make("span", "bad quiet", stageOf(one)) : "",
      one.change ? make("span", "pill " + (one.change === "fixed" ? "good" : "bad"), one.change) : "",
      ...[one.part, ...one.tags].map((word) => make("span", "pill", word.replaceAll("_", " ")))));
  element.append(summary);
  element.addEventListener("toggle", () => {
    if (element.open && element.childElementCount === 1) fill(element, one);
  });
  return element;
}

function draw() {
  const found = data.cases.filter(shown);
  list.replaceChildren(...found.map(row));
  document.getElementById("count").textContent = `${found.length} of ${data.cases.length} cases`;
}

function openNamed() {
  const one = data.cases.find((each) => "#" + each.key === location.hash);
  if (!one) return;
  for (const [id, field] of Object.entries(filters)) field.value = "";
  draw();
  const element = document.getElementById(one.key);
  element.open = true;
  element.scrollIntoView();
}

for (const field of Object.values(filters)) field.addEventListener("input", draw);
window.addEventListener("hashchange", openNamed);
draw();
openNamed();
