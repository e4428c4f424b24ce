/* What a package keeps, as the few characters that a system lends it, and what comes of it. `key` is that of the whole package. */
"use strict";

Croisee.Record = (key) => {
  const BETWEEN = "¦", PARTS = "‖";
  const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const coded = (id, letter = "") => (id ? DIGITS[Number(id.slice(letter.length))] : "0");
  const places = (code) => [...code].map((sign) => DIGITS.indexOf(sign));
  const typed = (text) => text.replace(/[¦‖]/g, " ");

  const gap = (one, text) => (one.menu ? DIGITS[one.menu.indexOf(text) + 1] : text);
  const gapOf = (one, code) => (one.menu ? (one.menu[DIGITS.indexOf(code) - 1] ?? "") : code);
  /* How the answer to each kind is kept, and read again. */
  const CODES = {
    choices: [(_, given) => given.map((id) => coded(id, "c")).join(""), (_, code) => places(code).map((place) => `c${place}`)],
    matching: [(_, given) => given.map((id) => coded(id, "t")).join(""), (_, code) => places(code).map((place) => (place ? `t${place}` : ""))],
    ordering: [(_, given) => given.map((rank) => coded(rank)).join(""), (_, code) => places(code).map((rank) => (rank ? String(rank) : ""))],
    gaps: [
      (question, given) => question.gaps.map((one, place) => gap(one, given[place])).join(PARTS),
      (question, code) => code.split(PARTS).map((part, place) => gapOf(question.gaps[place], part)),
    ],
    text: [(_, given) => given[0], (_, code) => [code]],
    number: [(_, given) => given[0], (_, code) => [code]],
    open: [() => "+", () => [""]],
  };
  const code = (question, given) => CODES[question.kind][0](question, given);
  const given = (question, kept) => CODES[question.kind][1](question, kept);

  const blank = () => ({ step: 0, read: key.lessons.map(() => false), ended: false, answers: key.questions.map(() => "") });
  const encoded = (state) =>
    [key.mark, state.step, state.read.map(Number).join(""), Number(state.ended), state.answers.join(BETWEEN)].join(";");

  /** What was kept; of a version whose questions were others, the lessons that were read, where they are as many. */
  const decoded = (text) => {
    const [mark, step, read, ended, ...rest] = text.split(";"), answers = rest.join(";").split(BETWEEN);
    if (read?.length !== key.lessons.length) return blank();
    const found = { ...blank(), step: Number(step) || 0, read: [...read].map((bit) => bit === "1") };
    return mark === key.mark ? { ...found, ended: ended === "1", answers: key.questions.map((_, place) => answers[place] ?? "") } : found;
  };

  /** `shares`: what each answer is worth, from 0 to 1. A lesson that is optional, or a question without points, holds nothing up. */
  const result = (state, shares) => {
    const total = key.questions.reduce((sum, question) => sum + question.points, 0);
    const earned = key.questions.reduce((sum, question, place) => sum + question.points * (state.answers[place] ? shares[place] : 0), 0);
    const lessons = key.lessons.filter((lesson, place) => !lesson.optional && !state.read[place]).length;
    const questions = key.questions.filter((question, place) => question.points && !state.answers[place]).length;
    const share = total ? earned / total : 1;
    const marked = key.passMark !== null;
    return { lessons, questions, earned, total, share, marked, done: !lessons && !questions, passed: !marked || share >= key.passMark - 1e-9 };
  };

  /** Never more than was earned: 69.99 is no 70. */
  const percentage = (share) => Math.floor(share * 10000 + 1e-6) / 100;

  /** What a question is to a system: its type, what was answered and what is right, in the parts that each standard joins in its own way. */
  const letter = (id) => String.fromCharCode(96 + Number(id.slice(1)));
  const sequence = (ranks) => ranks.map((rank, place) => [Number(rank), String.fromCharCode(97 + place)]).sort((one, other) => one[0] - other[0]).map(([, row]) => row);
  const paired = (targets) => targets.map((target, place) => [String(place + 1), letter(target)]);
  const DESCRIBED = {
    choices: (question, answer) =>
      question.truth
        ? { type: "true-false", response: [String(answer[0] === question.truth)], right: [String(question.right[0] === question.truth)] }
        : { type: "choice", response: answer.map(letter), right: question.right.map(letter) },
    matching: (question, answer) => ({ type: "matching", response: paired(answer), right: paired(question.right) }),
    ordering: (question, answer) => ({ type: "sequencing", response: sequence(answer), right: sequence(question.right) }),
    gaps: (question, answer) => ({ type: "fill-in", response: answer, right: question.gaps.map((one) => one.right ?? one.accepted[0]) }),
    text: (question, answer) => ({ type: "fill-in", response: answer, right: question.accepted.slice(0, 1) }),
    number: (question, answer) => ({ type: "fill-in", response: answer, right: question.accepted[0].slice(0, 1) }),
  };
  const described = (question, answer) => ({ id: question.id, points: question.points, ...DESCRIBED[question.kind](question, answer) });

  return { blank, encoded, decoded, result, percentage, code, given, typed, described };
};
