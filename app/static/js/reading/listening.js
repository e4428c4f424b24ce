// A lesson read aloud by the browser: block after block, sentence after sentence, without numbers of notes; the block that is heard is marked.

const bar = document.querySelector("[data-listening]");
const [main, stop] = bar?.querySelectorAll("button") ?? [];
const speech = window.speechSynthesis;
const BLOCKS = "h2, h3, p, li, dt, dd, tr, figcaption, summary";
const UNSPOKEN = ".note-call, .visually-hidden, .popover, .answer, .jot";
const SENTENCE = /[^.!?…]*[.!?…]+[»\s)]*|[^.!?…]+$/g;

let sentences = []; // [block, words] of what remains to be read, the present one first
let heard = null; // what the browser is saying

// --- What is said ---------------------------------------------------------------------------------------------------

// A block's own words: those of the blocks that it holds are read after it.
function words(block) {
  const copy = block.cloneNode(true);
  for (const sigle of copy.querySelectorAll(".sigle")) {
    const expansion = document.getElementById(sigle.getAttribute("popovertarget"))?.querySelector("strong")?.textContent;
    sigle.replaceWith(expansion ? `${sigle.textContent}, ${expansion},` : sigle.textContent);
  }
  copy.querySelectorAll(`${UNSPOKEN}, ${BLOCKS}`).forEach((part) => part.remove());
  copy.querySelectorAll("th, td").forEach((cell) => cell.append(" ; "));
  return copy.textContent.replace(/\u2060/g, "").replace(/\u2011/g, "-").replace(/\s+/g, " ").replace(/,(?=[\s)]*[,.;:)])/g, "").trim();
}

// Not what is folded, nor a form, nor what the reader wrote.
function isRead(block) {
  return block.checkVisibility() && !block.closest("form, .popover, .answer, .answers-end, .jot, .fork-told, .scene-after");
}

function toRead(text) {
  const blocks = [...text.querySelectorAll(BLOCKS)].filter(isRead);
  const first = blocks.findIndex((block) => block.getBoundingClientRect().bottom > 0);
  return blocks.slice(Math.max(first, 0)).flatMap((block) => (words(block).match(SENTENCE) ?? []).filter((each) => /\p{L}|\d/u.test(each)).map((each) => [block, each.trim()]));
}

// --- Saying it ------------------------------------------------------------------------------------------------------

function show(state) {
  bar.dataset.state = state;
  main.textContent = { reading: main.dataset.pause, paused: main.dataset.resume }[state] ?? main.dataset.start;
  if (state === "off" && document.activeElement === stop) main.focus();
  stop.hidden = state === "off";
  document.querySelector(".is-heard")?.classList.remove("is-heard");
  if (state !== "off") sentences[0]?.[0].classList.add("is-heard");
}

function say() {
  if (!sentences.length) return finish();
  const [block, said] = sentences[0];
  if (!block.classList.contains("is-heard")) {
    show("reading");
    follow(block);
  }
  const utterance = new SpeechSynthesisUtterance(said);
  utterance.lang = "fr-FR";
  utterance.voice = speech.getVoices().find((voice) => voice.lang.startsWith("fr")) ?? null;
  utterance.onend = () => {
    if (utterance !== heard) return; // stopped meanwhile
    sentences.shift();
    say();
  };
  utterance.onerror = () => {
    if (utterance !== heard) return;
    finish();
    const message = bar.querySelector("[data-failure]");
    message.textContent = message.dataset.failure;
  };
  heard = utterance;
  speech.speak(utterance);
}

function follow(block) {
  const { top, bottom } = block.getBoundingClientRect();
  if (top >= 0 && bottom <= innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  block.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
}

// A pause that the browser would keep is lost on some telephones: the sentence is said again instead.
function hush() {
  heard = null;
  speech.cancel();
}

function finish() {
  hush();
  sentences = [];
  show("off");
}

function toggle() {
  bar.querySelector("[data-failure]").textContent = "";
  if (bar.dataset.state === "reading") {
    hush();
    show("paused");
    return;
  }
  if (!sentences.length) sentences = toRead(document.querySelector("[data-reading]"));
  show("reading");
  say();
}

// Some browsers know their voices late; one that has voices, but none in French, would read nonsense.
function offer() {
  const voices = speech.getVoices();
  bar.hidden = voices.length > 0 && !voices.some((voice) => voice.lang.startsWith("fr"));
}

if (bar) bar.dataset.state = "off";
if (bar && speech) {
  main.dataset.start = main.textContent;
  main.addEventListener("click", toggle);
  stop.addEventListener("click", finish);
  speech.addEventListener?.("voiceschanged", offer);
  addEventListener("pagehide", finish);
  offer();
}
