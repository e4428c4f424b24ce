/* The forms of questions: what one answers, and its correction, shown in its place. `key`: their keys and the tables by which they are marked. */
"use strict";

Croisee.Marking = (key) => {
  const { grade, cleaned } = Croisee.Grading(key), { typed } = Croisee.Record(key);
  /** What the page says in given words: a copy of its template. */
  const one = (words) => document.querySelector(`template[data-words="${words}"]`).content.cloneNode(true);

  const fieldsOf = (form) => [...form.querySelectorAll("fieldset input, fieldset select, fieldset textarea")];
  const given = (form, question) => {
    const fields = fieldsOf(form);
    return question.marking === "ticks" ? fields.filter((field) => field.checked).map((field) => field.value) : fields.map((field) => typed(field.value));
  };
  const put = (form, question, answer) => {
    const fields = fieldsOf(form);
    if (question.marking === "ticks") fields.forEach((field) => (field.checked = answer.includes(field.value)));
    else fields.forEach((field, place) => (field.value = [...(field.options ?? [])].find((option) => cleaned(option.value) === answer[place])?.value ?? answer[place] ?? ""));
  };

  const mark = (target, question, found) => {
    const correction = target.querySelector("template[data-correction]").content.cloneNode(true);
    const unmarked = question.unmarked || (target.dataset.question && !question.points);
    const verdict = unmarked ? "sans note" : found.share === 1 ? "juste" : found.share ? "en partie juste" : "faux";
    const place = correction.querySelector("[data-verdict]");
    place.replaceChildren(one(verdict));
    const points = place.querySelector("[data-points]");
    if (points && target.dataset.question) points.textContent = points.dataset.points.replace("{}", number(question.points * found.share)).replace("{}", number(question.points));
    correction.querySelectorAll("[data-feedback]").forEach((each) => (each.hidden = each.dataset.feedback !== found.feedback));
    compare(target, correction, found.parts);
    target.querySelector("[data-key]")?.remove(); // the correction says it, and no id stands twice
    target.querySelector("[data-corrected]").replaceChildren(correction);
    target.querySelector("fieldset").disabled = true;
    target.querySelector("[data-validate]").hidden = true;
    target.querySelector("[data-asked]").replaceChildren();
  };
  /** Of a matching or a text with gaps: which of one's own was right, each in its place. */
  const compare = (target, correction, parts) => {
    const fields = target.querySelectorAll("fieldset input, fieldset select");
    correction.querySelectorAll("[data-part]").forEach((part) => {
      const right = parts[part.dataset.part], field = fields[part.dataset.part], line = part.closest("li, .gap-corrected");
      const own = field.value && (field.selectedOptions?.[0].text ?? field.value);
      line.classList.remove("is-key", "is-right");
      line.classList.add(right ? "is-right" : "is-wrong");
      line.querySelector(".station")?.replaceWith(one(right ? "juste" : "faux").querySelector(".station"));
      part.querySelectorAll("[data-right]").forEach((each) => (each.hidden = !right));
      part.querySelectorAll("[data-wrong]").forEach((each) => (each.hidden = right));
      part.querySelectorAll("[data-own]").forEach((each) => (each.textContent = own));
      part.querySelectorAll("del").forEach((each) => (each.hidden = !own));
    });
  };
  const number = (value) => (Math.round(value * 100) / 100).toLocaleString("fr-FR");

  /** Marks the answer of a form: {place, question, answer, found}; null where it is to be asked again. */
  const judge = (target) => {
    const place = target.dataset.question, question = place ? key.questions[place] : key.passing[target.dataset.passing];
    const answer = given(target, question), found = grade(question, answer);
    if (found.doubt) {
      target.querySelector("[data-asked]").textContent = key.doubts[found.doubt] ?? key.doubts.autre;
      return null;
    }
    mark(target, question, found);
    return { place, question, answer, found };
  };

  return { grade, cleaned, one, put, mark, number, judge };
};
