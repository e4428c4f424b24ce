/* The page of a package: one step at a time, each answer marked and kept at once. Without a system around it, it works and keeps nothing. */
"use strict";

(async () => {
  const { key } = Croisee;
  const { grade, cleaned, one, put, mark, number, judge } = Croisee.Marking(key), record = Croisee.Record(key), lms = Croisee.Lms(window, key.xapi);
  const pages = [...document.querySelectorAll("[data-page]")];
  const said = document.querySelector("[data-said]");
  const FIVE_MINUTES = 300000;

  document.addEventListener("submit", (event) => event.preventDefault()); // from now on: a system may be slow to answer
  const opened = await lms.open().catch(() => null);
  const readOnly = Boolean(opened?.readOnly);
  let state = opened?.data ? record.decoded(opened.data) : record.blank();
  let over = false;
  if (opened && opened.passMark !== null && key.passMark !== null) key.passMark = opened.passMark;
  if (!opened) said.replaceChildren(one("seul"));
  if (readOnly) said.replaceChildren(one("relecture"));

  // --- Answers ---

  const form = (place) => document.querySelector(`form[data-question="${place}"]`);
  const shares = key.questions.map((question, place) => (state.answers[place] ? (grade(question, record.given(question, state.answers[place])).share ?? 0) : 0));

  const answer = async (target) => {
    const judged = judge(target);
    if (!judged) return;
    if (judged.place) {
      state.answers[judged.place] = record.code(judged.question, judged.answer.map(cleaned));
      shares[judged.place] = judged.found.share;
      if (judged.question.points) lms.answered(record.described(judged.question, judged.answer), judged.found.share);
      await keep();
    }
    target.querySelector("[data-verdict]").focus();
    tell();
  };

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-question], form[data-passing]")) answer(event.target);
  });

  // --- What is kept ---

  const keep = async () => {
    if (over || !opened) return;
    const done = await lms.keep(record.encoded(state), String(state.step));
    if (!readOnly) said.replaceChildren(one(done ? "garde" : "perdu"));
  };
  const leave = (gone) => {
    if (!over && opened) lms.leave(record.encoded(state), String(state.step), gone);
  };
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && leave(false));
  window.addEventListener("pagehide", () => leave(true));
  window.addEventListener("pageshow", (event) => event.persisted && finished("seul")); // its sitting ended when it went away
  const again = () => {
    if (document.visibilityState === "visible") keep();
    setTimeout(again, FIVE_MINUTES);
  };
  setTimeout(again, FIVE_MINUTES);

  // --- Steps ---

  const tell = () => {
    const result = record.result(state, shares);
    const stated = document.querySelector("[data-result]");
    const words = result.done ? (result.marked ? (result.passed ? "reussi" : "a-reprendre") : "termine") : "reste";
    stated.replaceChildren(one(words));
    const filled = { lessons: result.lessons, questions: result.questions, score: number(record.percentage(result.share)), needed: number((key.passMark ?? 0) * 100) };
    stated.querySelectorAll("[data-fill]").forEach((each) => (each.textContent = filled[each.dataset.fill]));
    stated.querySelectorAll("[data-when]").forEach((each) => (each.hidden = !filled[each.dataset.when]));
    document.querySelectorAll("[data-step]").forEach((link) => {
      const done = isDone(pages[Number(link.dataset.step)]);
      link.querySelector("[data-state]").textContent = done ? link.dataset.done : "";
      link.classList.toggle("is-done", done);
    });
    document.querySelectorAll("[data-read]").forEach((button) => (button.hidden = readOnly || over || state.read[button.dataset.read]));
    document.querySelector("[data-retry]").hidden = !(opened?.failed && !readOnly && !over && state.ended);
    return result;
  };
  const isDone = (page) => {
    const reading = page.querySelector("[data-read]");
    if (reading) return state.read[reading.dataset.read];
    const asked = [...page.querySelectorAll("form[data-question]")];
    return asked.length > 0 && asked.every((each) => state.answers[each.dataset.question]);
  };

  const show = (step, focus = true) => {
    pages.forEach((page, place) => (page.hidden = place !== step));
    state.step = step;
    document.querySelectorAll("[data-step]").forEach((link) => {
      if (Number(link.dataset.step) === step) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    document.querySelector("[data-contents]").open = false;
    tell();
    if (focus) {
      pages[step].querySelector("h1").focus();
      window.scrollTo(0, 0);
    }
  };
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
    const page = target?.closest("[data-page]");
    if (!page) return;
    const step = pages.indexOf(page);
    if (step !== state.step || page.hidden) {
      show(step, target === page);
      keep();
    }
    if (target !== page) target.scrollIntoView();
  };
  window.addEventListener("hashchange", follow);

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.matches("[data-read]")) {
      state.read[button.dataset.read] = true;
      await keep();
      window.location.hash = pages[state.step + 1].id;
      follow();
    } else if (button.matches("[data-end]")) await end();
    else if (button.matches("[data-retry]")) retry();
  });

  const end = async () => {
    if (over) return; // pressed twice
    const result = tell();
    state.ended = state.ended || result.done;
    over = true;
    const first = !(readOnly || (opened?.failed && !retried && wasEnded));
    const told = result.done && first ? { ...result, percentage: record.percentage(result.share), passMark: key.passMark } : null;
    over = !opened || (await lms.close(told, record.encoded(state)).catch(() => false));
    if (over) finished(!opened ? "seul" : told ? "fini" : readOnly || result.done ? "ferme" : "pause");
    else said.replaceChildren(one("muet"));
    said.scrollIntoView({ block: "nearest" });
  };
  const finished = (words) => {
    over = true;
    said.replaceChildren(one(words));
    document.querySelectorAll("[data-validate], [data-read], [data-retry], [data-end]").forEach((each) => (each.hidden = true));
    document.querySelectorAll(".packed-question fieldset").forEach((each) => (each.disabled = true)); // a field sends its form without its button
  };
  const wasEnded = state.ended;
  let retried = false;

  /** After a result that was no success: the questions again, not the lessons. */
  const retry = () => {
    retried = true;
    state = { ...record.blank(), read: state.read };
    shares.fill(0);
    document.querySelectorAll("form[data-question]").forEach((each) => {
      each.reset();
      each.querySelector("fieldset").disabled = false;
      each.querySelector("[data-validate]").hidden = false;
      each.querySelector("[data-corrected]").replaceChildren();
    });
    const first = pages.findIndex((page) => page.querySelector("form[data-question]"));
    window.location.hash = pages[first].id;
    show(first);
    keep();
  };

  key.questions.forEach((question, place) => {
    if (!state.answers[place]) return;
    const kept = record.given(question, state.answers[place]);
    put(form(place), question, kept);
    mark(form(place), question, grade(question, question.unmarked ? ["-"] : kept));
  });
  document.documentElement.classList.add("is-played");
  const wanted = document.getElementById(decodeURIComponent(window.location.hash.slice(1)))?.closest("[data-page]");
  show(wanted ? pages.indexOf(wanted) : Math.min(state.step, pages.length - 1), false);
})();
