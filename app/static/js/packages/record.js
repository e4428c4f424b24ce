/* What a package keeps, as the few characters that a system lends it, and what comes of it. `key` is that of the whole package. */
"use strict";

Croisee.Record = (key) => {
  const BETWEEN = "¦";
  const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const typed = (text) => text.replace(/[¦‖]/g, " ");

  /* A choice is kept as its place among those that are offered, what is typed as it is; of a text without a mark, that it was written. */
  const sign = (values, value) => DIGITS[values.indexOf(value) + 1];
  const valueOf = (values, code) => values[DIGITS.indexOf(code) - 1] ?? "";
  const offered = (question, place) => question.parts[place].values ?? question.values;
  const code = (question, given) => {
    if (question.marking === "ticks") return given.map((id) => sign(question.values, id)).join("");
    if (question.unmarked) return "+";
    return given.map((value, place) => (offered(question, place) ? sign(offered(question, place), value) : value)).join(question.between ?? "");
  };
  const given = (question, kept) => {
    if (question.marking === "ticks") return [...kept].map((one) => valueOf(question.values, one));
    if (question.unmarked) return [""];
    const codes = question.between ? kept.split(question.between) : [...kept];
    return codes.map((one, place) => (offered(question, place) ? valueOf(offered(question, place), one) : one));
  };

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
  const TOLD = {
    "true-false": (question, [id]) => [String(id === question.values[0])],
    choice: (_, ids) => ids.map(letter),
    matching: (_, targets) => paired(targets),
    sequencing: (_, ranks) => sequence(ranks),
    "fill-in": (_, texts) => texts,
  };
  const described = (question, answer) => {
    const { id, points, interaction: type } = question, right = question.ticked ?? question.parts.map((part) => part.right);
    return { id, points, type, response: TOLD[type](question, answer), right: TOLD[type](question, right) };
  };

  return { blank, encoded, decoded, result, percentage, code, given, typed, described };
};
