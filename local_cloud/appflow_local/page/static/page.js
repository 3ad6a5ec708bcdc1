// Keeps a screen up to date: asks for it again when the server says that something has changed, and
// replaces the parts that differ. Everything works without it, by loading the page again.
"use strict";

const PAUSE = 300; // milliseconds between two looks
let changes = document.body.dataset.changes;
const live = document.getElementById("live");
let stream = null;
let timer = null;
let isLooking = false;
let isStale = false;

function part(id, tree) {
  return tree.querySelector(`.part[id="${CSS.escape(id)}"]`);
}

// What makes an element the same after an update: where it leads, or what it sends.
function meaning(element) {
  if (element.href) return element.href;
  if (element.form) return `${element.form.action} ${new URLSearchParams(new FormData(element.form))}`;
  return element.tagName + element.id + element.className;
}

function same(element, tree) {
  return [...tree.querySelectorAll("a, button, summary, [tabindex]")].filter(
    (each) => meaning(each) === meaning(element),
  );
}

function replace(before, after) {
  for (const open of before.querySelectorAll("details[id]")) {
    const same = after.querySelector(`details[id="${CSS.escape(open.id)}"]`);
    if (same) same.open = open.open;
  }
  if (before.outerHTML === after.outerHTML) return;
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const index = focused ? same(focused, before).indexOf(focused) : -1;
  const scrolled = [...before.querySelectorAll(".scroll, pre")].map((each) => [each.scrollLeft, each.scrollTop]);
  before.replaceWith(after);
  after.querySelectorAll(".scroll, pre").forEach((each, index) => {
    if (scrolled[index]) [each.scrollLeft, each.scrollTop] = scrolled[index];
  });
  if (focused) same(focused, after)[index]?.focus({ preventScroll: true });
}

function update(tree) {
  changes = tree.body.dataset.changes;
  const main = document.getElementById("main");
  const wanted = [...tree.querySelectorAll("#main .part[id]")];
  let last = null;
  for (const after of wanted) {
    const before = part(after.id, main);
    if (before) {
      replace(before, document.adoptNode(after));
    } else if (last) {
      last.after(document.adoptNode(after));
    } else {
      main.append(document.adoptNode(after));
    }
    last = part(after.id, main);
  }
  const kept = new Set(wanted.map((each) => each.id));
  for (const before of [...main.querySelectorAll(".part[id]")]) {
    if (!kept.has(before.id)) before.remove();
  }
}

async function look() {
  timer = null;
  if (isLooking) {
    isStale = true;
    return;
  }
  isLooking = true;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (answer.ok) update(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The stream opens again when the server is back.
  } finally {
    isLooking = false;
    if (isStale) soon();
    isStale = false;
  }
}

function soon() {
  timer ??= setTimeout(look, PAUSE);
}

function listen() {
  stream = new EventSource(changes);
  stream.onopen = () => { live.hidden = false; };
  stream.onerror = () => { live.hidden = true; };
  stream.onmessage = soon;
}

// A browser opens few connections to one host: only what is seen holds one.
function attend() {
  if (document.hidden) {
    stream?.close();
    stream = null;
    live.hidden = true;
  } else if (!stream) {
    soon();
    listen();
  }
}

if (document.querySelector("main[data-live]")) {
  listen();
  document.addEventListener("visibilitychange", attend);
}

const log = document.querySelector("pre.log");
if (log) log.scrollTop = log.scrollHeight;
