/* A number as it is typed: app/assessment/answers/numbers.py, for a package. What cannot be read in one way is asked again, by a doubt's name. */
"use strict";

Croisee.Numbers = (words, tables) => {
  const WHOLE = "[0-9]{1,3}(?: [0-9]{3})+(?![0-9])|[0-9]{1,3}(?:\\.[0-9]{3}){2,}(?![0-9])|[0-9]{1,3}\\.[0-9]{3}(?=,[0-9])|[0-9]+";
  const NUMBER = new RegExp(`^([^0-9]*?)((?:(?<!\\S)[+\\-] ?)?)(${WHOLE})(?:[.,]([0-9]+))?(.*)$`, "u");
  const PIECE = /[\p{L}\p{Nl}\p{No}]+\+?|[%€]|\p{Nd}+(?:[ .,]\p{Nd}+)*/gu;
  const SIGNS = /^[\s.,;:!?()«»"'’=…]*$/u;
  const ONE_WRITING = [
    [/\bpour ?cent\b|\bpour 100\b/giu, "%"],
    [/(?<![\p{L}\p{Nl}\p{No}])Mds? ?€/giu, " milliard €"],
    [/(?<![\p{L}\p{Nl}\p{No}])M ?€/giu, " million €"],
    [/(?<![\p{L}\p{Nl}\p{No}])k ?€/giu, " mille €"],
    [/(?<=\p{Nd}) ?k(?![\p{L}\p{N}])/giu, " mille"],
    [/\bn°/giu, "numéro "],
    [/\s+(?=[+%€])/gu, ""],
  ];
  const DATES = new RegExp(tables.dates.replaceAll("\\w", "[\\p{L}\\p{N}_]"), "giu"), above = new Set(tables.above);
  const [small, about, limits, measures] = ["small", "about", "limits", "measures"].map((name) => new Set(tables[name]));
  const isScale = (word) => Object.hasOwn(tables.scales, word);

  const oneWriting = (text) => ONE_WRITING.reduce((found, [pattern, replacement]) => found.replace(pattern, replacement), text);
  const canonical = (word) => {
    const plain = words.folded(word), alone = small.has(plain) ? plain : words.singular(plain);
    return words.own(tables.sameUnit, plain) ?? words.own(tables.sameUnit, alone) ?? alone;
  };
  const wordsOf = (text) => (oneWriting(words.cleaned(text)).match(PIECE) ?? []).map((written) => [written, /^\p{Nd}/u.test(written) ? "#" : canonical(written)]);
  const restOf = (text) => oneWriting(words.cleaned(text)).replace(PIECE, "");

  // --- Exact decimals: {units, scale} ---

  const decimal = (text) => {
    const [, sign, whole, after = ""] = /^([+-]?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
    return { units: BigInt(sign + whole + after), scale: after.length };
  };
  const times = (value, factor) => ({ units: value.units * BigInt(factor), scale: value.scale });
  const atMost = (one, other) => {
    const scale = Math.max(one.scale, other.scale), raised = (value) => value.units * 10n ** BigInt(scale - value.scale);
    return raised(one) <= raised(other);
  };
  const size = (value) => ({ units: value.units < 0n ? -value.units : value.units, scale: value.scale });

  /** A point stands between thousands where what is counted is `whole`. */
  const quantity = (text, whole) => {
    const written = oneWriting(words.inFigures(words.cleaned(text)).replace(/[−–]/g, "-"));
    const found = NUMBER.exec(written);
    if (!found) return { doubt: "nombre_absent" };
    const [, before, sign, units, decimals = "0", after] = found;
    if (/[\p{Nd}²³¹]/u.test(after)) return { doubt: "plusieurs_nombres" };
    const digits = written.slice(before.length + sign.length, written.length - after.length);
    if (/^[1-9][0-9]{0,2}\.[0-9]{3}$/.test(digits)) {
      if (!whole || wordsOf(after).some(([, word]) => isScale(word))) return { doubt: "point_ambigu" };
      return { value: decimal(`${sign.trim()}${units}${decimals}`), before, after };
    }
    return { value: decimal(`${sign.trim()}${units.replace(/[ .]/g, "")}.${decimals}`), before, after };
  };

  // --- What stands around it: each gives a doubt, or nothing ---

  const limited = (read, before, after, asked) => {
    const changing = [...before, ...after].some(([, word]) => limits.has(word) || (about.has(word) && !asked.words.includes(word)));
    const strange = !SIGNS.test(restOf(read.before) + restOf(read.after));
    const lead = before.map(([, word]) => word).join(" ");
    const leads = asked.leads.includes(lead) || (above.has(lead) && asked.leads.some((one) => above.has(one)));
    if ((!changing && !strange) || (leads && !after.some(([, word]) => limits.has(word)))) return "";
    return "nombre_approché";
  };
  const foreign = (before, after, asked) => {
    const said = after.filter(([, word]) => !small.has(word)), first = said.slice(0, 1), others = said.slice(1);
    const scaled = first.filter(([, word]) => isScale(word));
    if ([...before, ...others].some(([, word]) => isScale(word))) return "autre_échelle";
    const known = (word) => small.has(word) || limits.has(word) || asked.words.includes(word) || asked.nouns.includes(word) || scaled.some((one) => one[1] === word);
    const named = /^(?:[^\p{Ll}]*\p{Lu}[^\p{Ll}]*|.)$/u.test(before.at(-1)?.[0] ?? "") ? before.slice(0, -1) : before;
    if ([...named, ...after].some(([, word]) => !known(word))) return "mot_hors_question";
    const counted = [...(scaled.length ? [] : first), ...others.filter(([, word]) => measures.has(word))];
    const counts = (word) => (asked.nouns.length ? asked.nouns : asked.words).includes(word);
    return counted.some(([, word]) => !counts(word)) ? "autre_unité" : "";
  };
  const scaleLeftOut = (value, after, asked) => {
    const said = new Set(after.map(([, word]) => word).filter((word) => !small.has(word)));
    const wrong = (scale) => {
      const large = tables.scales[scale] > 1000 && atMost(decimal(String(tables.scales[scale])), size(value));
      return said.size ? !said.has(scale) : large;
    };
    return asked.scales.some(wrong) ? "autre_échelle" : "";
  };

  /** {met}: the place of the accepted interval, or -1; or {doubt}. */
  const match = (typed, key) => {
    const { asked } = key, read = quantity(asked.year ? typed.replace(DATES, " ") : typed, asked.whole);
    if (read.doubt) return read;
    const before = wordsOf(read.before), after = wordsOf(read.after);
    const said = new Set(after.map(([, word]) => word));
    const missing = key.required && key.unit.some((word) => !said.has(word)) ? "unité_exigée" : "";
    const doubt = limited(read, before, after, asked) || foreign(before, after, asked) || scaleLeftOut(read.value, after, asked) || missing;
    if (doubt) return { doubt };
    const scale = after.map(([, word]) => word).find((word) => !small.has(word)) ?? "";
    const value = times(read.value, asked.scales.includes(scale) ? 1 : (tables.scales[scale] ?? 1));
    return { met: key.accepted.findIndex(([low, high]) => atMost(decimal(low), value) && atMost(value, decimal(high))) };
  };

  return { match };
};
