/* How a typed text reads, as app/assessment/answers reads it. What is expected, by which rules and in which order, comes with the key: grading.js looks it up. */
"use strict";

var Croisee = {};

Croisee.Words = (tables) => {
  const LETTER = "[\\p{L}\\p{Nl}\\p{No}]", WORD = "[\\p{L}\\p{N}_]";
  const made = (pattern, flags = "gu") => new RegExp(pattern, flags);
  const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
  const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/gu;
  const SPACED_HYPHEN = made(`(?<=${LETTER})\\s*-\\s*(?=${LETTER})`), HYPHEN = made(`(?<=${LETTER})-|-(?=${LETTER})`);
  const PREFIX = made(`(?<!${WORD})(${tables.prefixes.join("|")}) (?=${LETTER}{3})`);
  const DOTTED = made(`(?<!${WORD})${LETTER}(?:\\.\\s?${LETTER})+\\.?(?!${LETTER})`);
  const { points, short, long } = tables.inclusive;
  const GENDERS = made(
    `(?<=${LETTER}{3})(?:[${points}.](?:${short})(?:[${points}.]s)?|\\((?:${short}|s|x)\\)(?:s|\\(s\\))?|[\\/\\-](?:${long})(?:[\\-\\/]s)?|[${points}][sx])(?!${WORD})`,
    "giu",
  );
  const TITLE = /^(?:m|mr|mme|mlle|monsieur|madame|mademoiselle)\.? (?=\S)/u;
  const VOWEL = /[aeiouy]/, ALPHABETIC = /^\p{L}+$/u;
  const EACH = made(`(?<=${WORD}) ?/ ?(?=(?:an|mois|semaine|jour)(?!${WORD}))`), TIMES = /(?<=\p{Nd}) ?x(?= par )/gu;
  const PLUS = made(`(?<=(?<!${WORD})${LETTER}{3,4}) plus$`), INITIAL = made(`(?<!${WORD})(${LETTER})\\. (?=${LETTER}{2})`);
  const NUMBER_AFTER = / (?:n° ?)?(?:[0-9]{1,3}|2[ab])$/;
  const inner = new Set(tables.inner), links = new Set(tables.links), small = new Set(tables.smallWords);

  const own = (table, word) => (Object.hasOwn(table, word) ? table[word] : undefined); // « constructor » may be typed
  const split = (text) => text.split(" ").filter(Boolean);
  const meet = (some, others) => some.some((one) => others.includes(one));

  const cleaned = (text) => split(text.normalize("NFC").replace(/\u2011/g, "-").replace(SPACE, " ").replace(INVISIBLE, "")).join(" ");
  const cased = (text) => cleaned(text).toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ");
  const unaccented = (text) => text.normalize("NFD").replace(/\p{M}/gu, "");

  const folded = (text) => {
    let found = unaccented(cased(text).replace(/œ/g, "oe").replace(/æ/g, "ae"));
    found = found.replace(/[‐‑‒–—−]/g, "-").replace(/['’‘ʼ′`´]/g, " ").replace(/[«»“”„"]/g, " ");
    found = found.replace(/(?<!\p{Nd})[,;:]|[,;:](?!\p{Nd})/gu, " ").replace(EACH, " par ").replace(TIMES, " fois");
    found = split(found).join(" ");
    found = found.replace(PREFIX, "$1-").replace(/\s+(?=[+%€])/g, "").replace(SPACED_HYPHEN, "-");
    found = found.replace(/(?<=\p{Nd}) (?=\p{Nd}{3}(?!\p{Nd}))/gu, "").replace(/(?<=\p{Nd}),(?=\p{Nd})/gu, ".");
    return (found.replace(/[\s.;:!?…,]+$/, "") || found).replace(PLUS, "+");
  };

  const unhyphenated = (text) => [split(text.replace(HYPHEN, " ")).join(" "), text.replace(HYPHEN, "")];
  const undotted = (text) => text.replace(DOTTED, (found) => found.replace(/[.\s]/g, ""));
  const withoutArticles = (spelling) => {
    let words = split(spelling);
    const leading = tables.articles.find((article) => words.length > article.length && article.every((word, place) => words[place] === word));
    words = leading ? words.slice(leading.length) : words;
    const kept = words.filter((word) => !inner.has(word));
    return (kept.length ? kept : words).join(" ");
  };

  const spellings = (text) => unhyphenated(folded(text));
  const bareSpellings = (text) => spellings(text).map(withoutArticles);
  const undottedSpellings = (text) => unhyphenated(undotted(folded(text))).map(withoutArticles);
  const phrase = (text) => withoutArticles((undotted(folded(text)).match(/[\p{L}\p{N}]+[+%€]?|[+%€]/gu) ?? []).join(" "));
  /** Whether a question says it itself; `statement` is a phrase already. */
  const mentions = (statement, said) => ` ${statement} `.includes(` ${phrase(said)} `);

  // --- Number and gender ---

  const replaced = (word, endings, least) => {
    const fits = endings.find(([ending]) => word.endsWith(ending) && word.length - ending.length >= least);
    return fits ? word.slice(0, word.length - fits[0].length) + fits[1] : word;
  };
  const singular = (word) => {
    const alone = replaced(word, tables.plurals, 0);
    return ALPHABETIC.test(word) && alone.length > 2 && VOWEL.test(alone) ? alone : word;
  };
  const agreedWord = (word) => {
    const alone = singular(word), shared = replaced(alone, tables.feminines, 2);
    return own(tables.sameWord, alone) ?? own(tables.sameWord, shared) ?? shared;
  };
  const agreed = (spelling) => split(spelling).map((word) => own(tables.contracted, word) ?? agreedWord(word)).join(" ");
  const oneGender = (text) => text.replace(GENDERS, "");
  const agreedSpellings = (text) => undottedSpellings(oneGender(cleaned(text))).map(agreed);
  const uncontractedSpellings = (text) => undottedSpellings(oneGender(cleaned(text))).map((one) => split(one).map(agreedWord).join(" "));

  const fullWords = (spelling) => {
    const all = split(spelling), full = all.filter((word) => !small.has(word));
    return full.length > 1 && !/\p{Nd}/u.test(spelling) ? full : all;
  };
  const fullSpellings = (text) => undottedSpellings(oneGender(cleaned(text)).replace(/\//g, " ")).map((one) => fullWords(one).map(agreedWord).join(" "));
  const anyOrder = (text) =>
    fullSpellings(text).map(split).filter((words) => words.length > 1).map(([head, ...rest]) => [head, ...rest.sort()].join(" "));
  const apart = (text) => undottedSpellings(text)[0];

  // --- Numbers in words, what leads to an answer, several things, how a word sounds ---

  const named99 = tables.belowAHundred;
  const typedAs = (name) => {
    const found = name.replaceAll("zero", "z[eé]ro").replaceAll("quatre vingt", "quatre vingts?").replaceAll(" ", "[ -]");
    return name.endsWith("un") ? `${found}e?` : found;
  };
  const BELOW = Object.keys(named99).sort((one, other) => other.length - one.length).map(typedAs).join("|");
  const HUNDREDS = `(?:(?:(?:${BELOW})[ -])?cents?(?:[ -](?:${BELOW}))?|(?:${BELOW}))`;
  const SAID = made(`(?<!${WORD}|-)(?<!\\p{Nd} )(?:(?:${HUNDREDS}[ -])?mille(?:[ -]${HUNDREDS})?|${HUNDREDS})(?!${WORD}|-)(?! \\p{Nd})`, "giu");
  const counted = (all, word, before) => (all.includes(word) ? [all.slice(0, all.indexOf(word)), all.slice(all.indexOf(word) + 1)] : [before, all]);
  const below = (all) => own(named99, all.join(" ")) ?? 0;
  const hundreds = (all) => {
    const [before, rest] = counted(all, "cent", []);
    return 100 * (all.includes("cent") && !before.length ? 1 : below(before)) + below(rest);
  };
  const inFigures = (text) =>
    text.replace(SAID, (said) => {
      const plain = said.toLowerCase().replaceAll("-", " ").replaceAll("é", "e").replace(/(vingt|cent)s\b/g, "$1").replace(/\bune\b/g, "un");
      const [before, rest] = counted(split(plain), "mille", []);
      return String(1000 * (split(plain).includes("mille") && !before.length ? 1 : hundreds(before)) + hundreds(rest));
    });
  const SPAN = made(`^(?:de )?(\\p{Nd}+)(?: an)? ?(?:-|a) ?(\\p{Nd}+)((?: ${LETTER}+)?)$`);
  const WITHIN = /^entre (\p{Nd}+) et (?=\p{Nd})/u, JOINED = made(`(?<=\\p{Nd}) (?=${LETTER})|(?<=${LETTER}) (?=\\p{Nd})`);
  const figured = (text) => agreedSpellings(inFigures(cleaned(text))).map((one) => one.replace(WITHIN, "$1 a ").replace(SPAN, "$1 a $2$3").replace(JOINED, ""));

  const leads = new Set(tables.leads), ASKED = made(`(?<!${WORD})quel(?:le)?s? (${LETTER}+)`);
  /** `statement` is a phrase already. */
  const led = (text, statement) => {
    const nouns = new Set([...statement.matchAll(ASKED)].map((found) => agreedWord(found[1])));
    return agreedSpellings(text).map((one) => {
      const all = split(one);
      while (all.length > 1 && (leads.has(all[0]) || nouns.has(all[0]))) all.shift();
      return all.join(" ");
    });
  };
  const setOfThings = (text, statement) => {
    const things = `${cleaned(text)} `.split(/ et | [&+] |[,;/](?!\p{Nd})/u).filter((part) => part.trim());
    if (things.length < 2 || split(statement).includes("ordre")) return [];
    return [things.map((thing) => led(thing, "").sort()[0]).sort().join(",")];
  };
  const sound = (word) => {
    const heard = tables.sounds.reduce((found, [spelt, as]) => found.replaceAll(spelt, as), word);
    return heard.replace(/c(?=[eiy])/g, "s").replace(/c(?![eiyh])/g, "k").replace(/x$/, "s").replace(/(.)\1+/gu, "$1");
  };

  // --- Names ---

  const untitled = (text) => folded(text).replace(TITLE, "");
  const nameOf = (text) => agreedSpellings(untitled(text).replace(INITIAL, "$1 "));
  const titledName = (text) => (untitled(text) === folded(text) ? [] : nameOf(text));

  // --- Pairs that no tolerance may cross ---

  const LEVELS = [fullSpellings, agreedSpellings, uncontractedSpellings, undottedSpellings, bareSpellings, (text) => [folded(text)], (text) => [cased(text)], (text) => [cleaned(text)]];
  const wordsOf = (text) => text.match(/[^\s'’«»".,;:!?()]+/g) ?? [];
  const stands = (words, index, phraseOf) => phraseOf.every((word, place) => words[index + place] === word);
  const masked = (words, phrases) => {
    const kept = [];
    for (let index = 0; index < words.length; ) {
      const length = Math.max(0, ...phrases.filter((one) => stands(words, index, one)).map((one) => one.length));
      kept.push(length ? "\0" : words[index]);
      index += length || 1;
    }
    return kept;
  };
  const differ = (some, others) => some.length !== others.length || some.some((word, place) => word !== others[place]);
  const sides = (pair, text) => {
    const readings = LEVELS[pair.level](text).map(wordsOf).sort((one, other) => one.length - other.length);
    for (const words of readings) {
      const rest = masked(words, pair.long);
      const named = (differ(rest, words) ? "0" : "") + (differ(masked(rest, pair.short), rest) ? "1" : "");
      if (named) return named;
    }
    return "";
  };
  /** `named`: [place, side] of each pair that the other text names. */
  const crosses = (typed, named) =>
    named.some(([place, theirs]) => {
      const mine = sides(tables.pairs[place], typed);
      return mine && mine !== theirs;
    });
  const named = (text) => tables.pairs.map((pair, place) => [place, sides(pair, text)]).filter(([, side]) => side);

  // --- Typing mistakes ---

  const oneMistake = (written, meant) => {
    let start = 0;
    while (start < Math.min(written.length, meant.length) && written[start] === meant[start]) start += 1;
    const left = written.slice(start), right = meant.slice(start);
    if (left.length !== right.length) return left.slice(1) === right || left === right.slice(1);
    return left.slice(1) === right.slice(1) || (left[1] + left[0] === right.slice(0, 2) && left.slice(2) === right.slice(2));
  };
  const isNear = (written, meant) => {
    const heard = sound(written), right = sound(meant);
    return oneMistake(written, meant) || heard === right || (meant.length > tables.typoLetters && oneMistake(heard, right));
  };
  const rivals = (meant) => own(tables.rivals, meant) ?? [];
  const isMistyped = (least, written, meant) =>
    meant.length >= least && ALPHABETIC.test(meant) && ALPHABETIC.test(written) && isNear(written, meant) &&
    !(own(tables.near, meant) ?? []).some((other) => written === other || oneMistake(written, other));
  const isSurelyMistyped = (written, meant) => {
    const shortest = Math.min(written.length, meant.length), heard = shortest >= tables.soundLetters && sound(written) === sound(meant);
    const replacing = written.length === meant.length && [...written].sort().join("") !== [...meant].sort().join("");
    const risky = meant.length === tables.typoLetters && (replacing || written.at(-1) !== meant.at(-1));
    if (!heard && (shortest < tables.typoLetters || risky)) return false;
    if (!(heard || oneMistake(written, meant)) || !isMistyped(tables.soundLetters, written, meant)) return false;
    return !rivals(meant).some((other) => written === other || oneMistake(written, other));
  };
  const differing = (typed, target) => {
    const mine = split(typed), theirs = split(target);
    return mine.length === theirs.length ? mine.flatMap((word, place) => (word === theirs[place] ? [] : [[word, theirs[place]]])) : [];
  };
  const nearly = (typed, target) => {
    const different = differing(typed, target);
    return different.length === 1 && isSurelyMistyped(...different[0]);
  };

  // --- Sigles, and what they stand for ---

  const known = Object.entries(tables.expansions).map(([sigle, forms]) => ({ sigle, forms, agreed: forms.map(agreed) }));
  const entriesOf = (text) => {
    const mine = undottedSpellings(text);
    return known.filter((one) => mine.includes(one.sigle));
  };
  const knows = (text) => entriesOf(text).length > 0;
  const longForms = (text) => entriesOf(text).flatMap((one) => one.forms);
  const expands = (sigle, text) => {
    const forms = entriesOf(sigle).flatMap((one) => one.agreed);
    return forms.length > 0 && meet(forms, agreedSpellings(text));
  };
  const isLongForm = (text) => {
    const mine = agreedSpellings(text);
    return known.some((one) => meet(one.agreed, mine));
  };
  const isSigle = (text) => knows(text) || ((text.match(/\p{Lu}/gu) ?? []).length > 1 && !text.includes(" "));
  const nameAndSigle = (text) => {
    const found = /^(\S.*?) ?\( ?([^()]+?) ?\)[ .]*$/u.exec(cleaned(text));
    if (!found) return null;
    if (isSigle(found[2])) return [found[1], found[2]];
    return isSigle(found[1]) ? [found[2], found[1]] : null;
  };
  const initials = (name) => {
    const all = split(undottedSpellings(name).sort()[0]), first = (words) => words.map((word) => word[0]).join("");
    return [first(all), first(all.filter((word) => !links.has(word)))];
  };
  const saysOneThing = (name, sigle) => {
    if (crosses(name, named(sigle))) return false;
    if (!knows(sigle)) return initials(name).includes(folded(sigle).replace(/[^\p{L}\p{N}]/gu, ""));
    if (expands(sigle, name) || isLongForm(name)) return expands(sigle, name);
    return longForms(sigle).flatMap(agreedSpellings).some((form) => agreedSpellings(name).some((mine) => `${form} `.startsWith(`${mine} `)));
  };
  const twoThings = (text) => {
    const both = nameAndSigle(text);
    return both !== null && knows(both[1]) && !saysOneThing(...both);
  };

  const beforeBrackets = (text) => {
    const found = /^(.+?) \((.+)\)$/.exec(apart(text));
    return found && (tables.places.includes(found[2]) || NUMBER_AFTER.exec(` ${found[2]}`)?.index === 0) ? found[1] : "";
  };
  const withoutPlace = (text) => {
    const spelling = apart(text), place = tables.places.find((one) => spelling.endsWith(` ${one}`));
    const rest = place ? spelling.slice(0, -place.length - 1) : spelling.replace(NUMBER_AFTER, "");
    const words = rest === spelling ? [] : split(rest);
    while (words.length && small.has(words.at(-1))) words.pop();
    return words.join(" ");
  };
  /** A sigle, or what it stands for, that says where it is, or anything that says it in brackets: itself alone; of any other text, nothing. */
  const placed = (text) => {
    const alone = withoutPlace(text);
    return beforeBrackets(text) || (alone && (knows(alone) || isLongForm(alone)) ? alone : "");
  };

  // --- What is asked again: app/assessment/answers/doubts.py ---

  const neutral = new Set(tables.neutral), turning = new Set(tables.turning);
  const turns = (text) => split(apart(text)).some((word) => turning.has(word));
  const said = (statement) => new Set(split(statement).map(agreedWord));
  const knownName = (text, statement) => {
    if (knows(text) || isLongForm(text)) return false;
    const typed = cleaned(text).replace(/\//g, " ");
    const capitals = new Set(split(typed).filter((one) => (one.match(/\p{Lu}/gu) ?? []).length > 1).flatMap((one) => split(apart(one))));
    const words = fullWords(apart(typed)), readings = agreedSpellings(text).map((one) => ` ${one} `), theirs = said(statement);
    const sigles = words.filter((word, place) => own(tables.expansions, word) && (capitals.has(word) || place === 0 || place === words.length - 1));
    const long = known.filter((one) => one.agreed.some((form) => readings.some((reading) => reading.includes(` ${form} `)))).map((one) => one.sigle);
    return new Set([...sigles, ...long].filter((sigle) => !theirs.has(agreedWord(sigle)))).size === 1;
  };
  const isCut = (typed, meant) => {
    const written = typed.replace(/s$/, "");
    return written.length >= tables.cutLetters && meant.length - written.length >= tables.cutLetters && meant.startsWith(written);
  };
  const near = {
    around: (typed, form, statement) => {
      const mine = new Set(split(typed)), theirs = new Set(split(form)), free = said(statement);
      const isFree = (word) => free.has(word) || neutral.has(word);
      const tells = ![...theirs].every(isFree) || (typed.startsWith(`${form} `) && ![...theirs].every((word) => free.has(word)));
      return tells && mine.size > theirs.size && [...theirs].every((word) => mine.has(word)) && [...mine].every((word) => theirs.has(word) || isFree(word));
    },
    within: (typed, form, statement) => {
      const mine = new Set(split(typed)), theirs = new Set(split(form)), free = said(statement);
      const isPart = mine.size < theirs.size && [...mine].every((word) => theirs.has(word));
      return isPart && [...theirs].every((word) => mine.has(word) || free.has(word)) && [...mine].filter((word) => !free.has(word)).length > 1;
    },
    slip: (typed, form) => {
      const different = differing(typed, form), all = split(form).length;
      if (!different.length || (all > 1 && different.length === all)) return false;
      if (all === 1 && rivals(form).includes(typed)) return false;
      const least = all > 1 ? tables.slipLetters : tables.aloneLetters;
      return different.every(([written, meant]) => isMistyped(least, written, meant) || (all > 1 && isCut(written, meant)));
    },
  };

  /** Each as a rule of the key calls it: the forms of what was typed, to a question that says `statement`. */
  const readings = {
    cleaned: (typed) => [cleaned(typed)],
    cased: (typed) => [cased(typed)],
    spellings,
    bare: bareSpellings,
    agreed: (typed) => (knows(typed) ? [] : agreedSpellings(typed)),
    name: nameOf,
    titled: titledName,
    joined: (typed) => agreedSpellings(untitled(typed)).map((one) => one.replace(/[ -]/g, "")),
    full: anyOrder,
    led: (typed, statement) => (knows(typed) ? [] : led(typed, statement)),
    set: setOfThings,
    figured,
    undotted: undottedSpellings,
    sigle: (typed, statement) => (mentions(statement, typed) ? [] : undottedSpellings(typed)),
    expansion: (typed, statement) => (mentions(statement, typed) ? [] : agreedSpellings(typed)),
    typo: (typed) => bareSpellings(untitled(typed)).map((one) => fullWords(one).join(" ")),
    "agreed typo": (typed) => fullSpellings(untitled(typed)),
    around: fullSpellings,
    within: fullSpellings,
    slip: (typed) => [fullWords(apart(untitled(typed))).join(" ")],
  };

  return { own, inFigures, cleaned, folded, singular, readings, nearly, crosses, nameAndSigle, saysOneThing, placed, twoThings, turns, knownName, near };
};
