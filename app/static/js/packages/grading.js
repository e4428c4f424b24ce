/* The worth of an answer by the key of the package, as app/assessment/kinds finds it. An answer is a list: ids ticked, or what each field holds. */
"use strict";

Croisee.Grading = (key) => {
  const words = Croisee.Words(key.tables), numbers = Croisee.Numbers(words, key.tables);
  const whole = (right) => ({ share: right ? 1 : 0 });

  const choices = (question, given) => {
    const right = given.filter((id) => question.right.includes(id)).length, wrong = given.length - right;
    if (!question.several) return whole(right === 1 && !wrong);
    if (question.exact) return whole(right === question.right.length && !wrong);
    const all = question.right.length, others = question.options - all;
    if (!all) return whole(false);
    return { share: Math.max(0, others ? (right * others - wrong * all) / (all * others) : right / all) };
  };

  const text = (question, given) => {
    const right = words.match(given[0], question.accepted, question.statement, question.strict);
    const wrong = words.match(given[0], question.mistakes, question.statement, question.strict);
    const accepted = right !== null && (!wrong || right.rank <= wrong.rank);
    if (!accepted && !wrong && !question.strict && words.twoThings(given[0])) return { doubt: "deux_choses" };
    return { ...whole(accepted), feedback: accepted ? `a${right.place}` : wrong ? `m${wrong.place}` : "" };
  };

  const number = (question, given) => {
    const found = numbers.match(given[0], question);
    return found.doubt ? found : whole(found.met >= 0);
  };

  const gap = (one, typed, statement) => {
    if (one.menu) return { right: typed === one.right };
    if (!typed) return { right: false };
    if (words.match(typed, one.accepted, statement, false)) return { right: true };
    if (!one.number || !/[\p{Nd}²³¹]/u.test(typed)) return { right: false, doubt: words.twoThings(typed) ? "deux_choses" : "" };
    const found = numbers.match(typed, one.number);
    return { right: found.met >= 0, doubt: found.doubt };
  };

  const gaps = (question, given) => {
    const met = question.gaps.map((one, place) => gap(one, given[place] ?? "", question.statement));
    const doubt = met.find((one) => one.doubt)?.doubt;
    return doubt ? { doubt } : { share: met.filter((one) => one.right).length / met.length, parts: met.map((one) => one.right) };
  };

  const matching = (question, given) => {
    if (given.some((one) => !one)) return { doubt: "incomplet" };
    const parts = question.right.map((target, place) => given[place] === target);
    return { share: parts.filter(Boolean).length / parts.length, parts };
  };

  /** `question.right`: the rank of each row; the share of neighbours that follow one another. */
  const ordering = (question, given) => {
    if (given.some((one) => !one)) return { doubt: "incomplet" };
    if (new Set(given).size < given.length) return { doubt: "rang_double" };
    const row = (rank) => question.right.indexOf(String(rank));
    const ranks = question.right.slice(1).map((_, place) => Number(given[row(place + 2)]) === Number(given[row(place + 1)]) + 1);
    return { share: ranks.filter(Boolean).length / ranks.length };
  };

  const KINDS = { choices, text, number, gaps, matching, ordering, open: () => ({ share: 1 }) };

  /** {share}, from 0 to 1; or {doubt}: what to ask again before anything is marked. */
  const grade = (question, given) => {
    const cleaned = given.map(words.cleaned);
    return cleaned.some(Boolean) ? KINDS[question.kind](question, cleaned) : { doubt: "vide" };
  };

  return { grade, cleaned: words.cleaned };
};
