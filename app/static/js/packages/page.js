/* A page of a course without a site: its questions are marked in place, and nothing is kept. */
"use strict";

(() => {
  const { number, judge } = Croisee.Marking(Croisee.key);
  const result = document.querySelector("[data-result]"), marked = Croisee.key.questions.filter((question) => question.points && !question.unmarked);
  const total = marked.reduce((sum, question) => sum + question.points, 0);
  let answers = 0, earned = 0;

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-question], form[data-passing]")) return;
    event.preventDefault();
    const judged = judge(event.target);
    if (!judged) return;
    event.target.querySelector("[data-verdict]").focus();
    if (!judged.place || !result || !marked.includes(judged.question)) return;
    answers += 1;
    earned += judged.question.points * judged.found.share;
    const said = [answers, marked.length, number(earned), number(total)];
    result.textContent = result.dataset.result.replace(/\{\}/g, () => said.shift());
  });
})();
