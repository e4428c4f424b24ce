/* A system that speaks SCORM 1.2. The score is said with the result and never before: systems judge by it what is not finished yet. */
"use strict";

Croisee.Lms = (own) => {
  const MOST = 4096, DEEP = 7, DONE = ["passed", "completed"];
  const began = Date.now();
  let api = null, closed = false, readOnly = true, known = "", best = null;

  const looked = (from) => {
    let place = from;
    for (let depth = 0; place && depth <= DEEP; depth += 1) {
      try {
        if (place.API) return place.API;
        if (place.parent === place) return null;
        place = place.parent;
      } catch {
        return null; // another site's window
      }
    }
    return null;
  };
  const get = (name) => String(api.LMSGetValue(name) ?? "");
  const set = (name, value) => api.LMSSetValue(name, String(value));
  const padded = (value, length) => String(value).padStart(length, "0");
  const elapsed = () => {
    const seconds = Math.floor((Date.now() - began) / 1000);
    return `${padded(Math.min(9999, Math.floor(seconds / 3600)), 4)}:${padded(Math.floor(seconds / 60) % 60, 2)}:${padded(seconds % 60, 2)}.00`;
  };
  const clock = () => new Date().toTimeString().slice(0, 8);

  /** {data, readOnly, failed}; null where no system answers. */
  const open = async () => {
    api = looked(own.parent === own ? null : own.parent) ?? looked(own.opener);
    if (!api || String(api.LMSInitialize("")) !== "true") return null;
    known = get("cmi.core.lesson_status");
    const mode = get("cmi.core.lesson_mode");
    readOnly = DONE.includes(known) || ["browse", "review"].includes(mode);
    best = known === "failed" ? Number(get("cmi.core.score.raw") || 0) : null;
    const data = get("cmi.suspend_data"), asked = parseFloat(get("cmi.student_data.mastery_score"));
    if (!readOnly && !["failed", "incomplete"].includes(known)) set("cmi.core.lesson_status", "incomplete");
    if (!readOnly) api.LMSCommit("");
    return { data, readOnly, failed: known === "failed", passMark: Number.isNaN(asked) ? null : asked / 100 };
  };

  const keep = (data, step) => {
    if (!api || closed) return true;
    if (readOnly) return true;
    if (data.length > MOST) return false;
    set("cmi.suspend_data", data);
    set("cmi.core.lesson_location", step);
    set("cmi.core.exit", "suspend");
    set("cmi.core.session_time", elapsed());
    return String(api.LMSCommit("")) === "true";
  };

  const truth = (type, value) => (type === "true-false" ? (value === "true" ? "t" : "f") : value);
  const joined = ({ type }, parts) => parts.map((part) => (Array.isArray(part) ? part.join(".") : truth(type, part))).join(",").slice(0, 255);
  const answered = (what, share) => {
    if (!api || closed || readOnly) return;
    const place = `cmi.interactions.${Number(get("cmi.interactions._count")) || 0}`;
    set(`${place}.id`, what.id);
    set(`${place}.time`, clock());
    set(`${place}.type`, what.type);
    set(`${place}.student_response`, joined(what, what.response));
    set(`${place}.correct_responses.0.pattern`, joined(what, what.right));
    set(`${place}.weighting`, what.points);
    set(`${place}.result`, share === 1 ? "correct" : share ? share.toFixed(2) : "wrong");
  };

  /** `result` is null where something is left to do: nothing but the place is kept then. False where the system did not take it: it may be asked again. */
  const close = async (result, data) => {
    if (!api || closed) return true;
    if (!readOnly) {
      set("cmi.suspend_data", data);
      set("cmi.core.exit", "suspend");
    }
    if (result && !readOnly) {
      if (result.marked) {
        set("cmi.core.score.min", 0);
        set("cmi.core.score.max", 100);
        set("cmi.core.score.raw", Math.max(best ?? 0, result.percentage));
      }
      set("cmi.core.lesson_status", !result.marked ? "completed" : result.passed ? "passed" : "failed");
    }
    set("cmi.core.session_time", elapsed());
    if (String(api.LMSCommit("")) !== "true" && !readOnly) return false;
    finish();
    return true;
  };
  const finish = () => {
    closed = true;
    api.LMSFinish("");
  };

  /** The page goes away: some systems count the time of a sitting that was finished, and no other. */
  const leave = (data, step, gone) => {
    keep(data, step);
    if (gone && api && !closed) finish();
  };

  return { open, keep, answered, close, leave };
};
