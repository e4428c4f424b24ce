/* The worth of an answer, looked up in the key that app/assessment/kinds makes. An answer is a list: ids ticked, or what each field holds. */
"use strict";

Croisee.Grading = (key) => {
  const words = Croisee.Words(key.tables), numbers = Croisee.Numbers(words, key.tables);

  const ticks = (question, given) => {
    const right = given.filter((id) => question.ticked.includes(id)).length;
    return { share: question.credits[right][given.length - right] };
  };

  // --- Words ---

  const places = (typed, statement, [name, forms]) =>
    words.readings[name](typed, statement).flatMap((reading) => {
      if (name.endsWith("typo")) return Object.keys(forms).filter((form) => words.nearly(reading, form)).flatMap((form) => forms[form]);
      return words.own(forms, reading) ?? [];
    });
  /** {rank, place} of the first rule that accepts, and of the writing that it meets; null where none does. */
  const first = (typed, { rules, crossing }, statement) => {
    for (const [rank, ways] of rules) {
      const met = ways.flatMap((way) => places(typed, statement, way)).sort((one, other) => one - other);
      const place = met.find((each) => rank === 0 || !words.crosses(typed, crossing[each]));
      if (place !== undefined) return { rank, place };
    }
    return null;
  };
  /** The same of a name beside its sigle. */
  const both = (typed, expected, statement) => {
    const two = words.nameAndSigle(typed);
    const met = two ? two.map((part) => first(part, expected, statement)).filter(Boolean) : [];
    if (!met.length || two.some((part) => words.crosses(part, expected.crossing[met[0].place]))) return null;
    return met.length === 2 || words.saysOneThing(...two) ? { rank: key.tables.nameAndSigle, place: met[0].place } : null;
  };
  /** The same of a sigle that says where it is. */
  const placed = (typed, expected, statement) => {
    const alone = words.placed(typed), met = alone && first(alone, expected, statement);
    return met ? { rank: key.tables.place, place: met.place } : null;
  };
  const match = (typed, expected, statement, strict) =>
    first(typed, expected, statement) ?? (strict ? null : (both(typed, expected, statement) ?? placed(typed, expected, statement)));
  /** Why what is not accepted is asked again; nothing where it is wrong. */
  const asked = (typed, expected, statement) => {
    if (words.twoThings(typed)) return "deux_choses";
    if (words.turns(typed)) return "";
    if (words.knownName(typed, statement)) return "nom_entouré";
    const isNear = ([name, , forms]) =>
      Object.entries(forms).some(
        ([form, those]) =>
          words.readings[name](typed, statement).some((reading) => words.near[name](reading, form, statement)) &&
          those.some((place) => !words.crosses(typed, expected.crossing[place])),
      );
    return expected.asked.find(isNear)?.[1] ?? "";
  };

  // --- Parts ---

  const number = (part, typed) => {
    const found = numbers.match(typed, part.number);
    return { right: found.met >= 0, doubt: found.doubt };
  };
  const text = (part, typed, statement) => {
    if (!typed) return { right: false };
    const [right, wrong] = [part.accepted, part.mistakes].map((expected) => expected && match(typed, expected, statement, part.strict));
    if (right && (!wrong || right.rank <= wrong.rank)) return { right: true, feedback: `a${right.place}` };
    if (wrong) return { right: false, feedback: `m${wrong.place}` };
    if (part.number && /[\p{Nd}²³¹]/u.test(words.inFigures(typed))) return number(part, typed);
    return { right: false, doubt: part.strict ? "" : asked(typed, part.accepted, statement) };
  };
  const judged = (part, typed, statement = "") => {
    if (part.accepted) return text(part, typed, statement);
    return part.number ? number(part, typed) : { right: typed === part.right };
  };

  const parts = (question, given) => {
    const met = (question.parts ?? []).map((part, place) => judged(part, given[place] ?? "", question.statement));
    const doubt = met.find((one) => one.doubt)?.doubt;
    if (doubt) return { doubt };
    return { share: question.credits[met.filter((one) => one.right).length], parts: met.map((one) => one.right), feedback: met[0]?.feedback };
  };

  const order = (question, given) => {
    if (new Set(given).size < given.length) return { doubt: "rang_double" };
    const ranked = (rank) => Number(given[question.parts.findIndex((part) => part.right === String(rank))]);
    return { share: question.credits[question.parts.slice(1).filter((_, place) => ranked(place + 2) === ranked(place + 1) + 1).length] };
  };

  const MARKING = { ticks, parts, order };

  /** {share}, from 0 to 1; or {doubt}: what to ask again before anything is marked. */
  const grade = (question, given) => {
    const cleaned = given.map(words.cleaned);
    if (!cleaned.some(Boolean)) return { doubt: "vide" };
    if (question.whole && cleaned.some((one) => !one)) return { doubt: "incomplet" };
    return MARKING[question.marking](question, cleaned);
  };

  return { grade, cleaned: words.cleaned };
};
