/* A system that speaks cmi5. Statements leave in their order, one after the other: initialized first, terminated last. */
"use strict";

Croisee.Lms = (own, names) => {
  const VERSION = "1.0.3", STATE = "croisee", PATIENCE = 20000;
  const began = Date.now(), sent = new URLSearchParams(own.location.search);
  const [endpoint, fetched, activity, registration] = ["endpoint", "fetch", "activityId", "registration"].map((name) => sent.get(name) ?? "");
  let token = "", launch = null, closed = false, readOnly = true, past = {}, verdict = null, outbox = [], line = Promise.resolve();

  const identifier = () => {
    const bytes = own.crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  };
  const headers = () => ({ Authorization: `Basic ${token}`, "X-Experience-API-Version": VERSION, "Content-Type": "application/json" });
  const address = (path, query = {}) => {
    const place = new URL(path, endpoint.replace(/\/*$/, "/"));
    Object.entries(query).forEach(([name, value]) => place.searchParams.set(name, value));
    return place.href;
  };
  const ofState = (stateId) => address("activities/state", { activityId: activity, agent: sent.get("actor"), registration, stateId });
  const ask = (place, options) => own.fetch(place, { signal: AbortSignal.timeout(PATIENCE), ...options });
  /** What the system holds there; null for nothing. One that fails is no answer: what it holds would be written over. */
  const read = async (place) => {
    const answer = await ask(place, { headers: headers() });
    if (!answer.ok && answer.status !== 404) throw new Error(`${answer.status}`);
    const text = answer.ok ? await answer.text() : "";
    return text ? JSON.parse(text) : null;
  };

  // --- Statements ---

  const duration = () => `PT${Math.max(0, Math.round((Date.now() - began) / 10) / 100)}S`;
  const statement = (verb, object, result, context) => ({
    id: identifier(),
    timestamp: new Date().toISOString(),
    actor: JSON.parse(sent.get("actor")),
    verb: { id: names.verbs + verb, display: { en: verb } },
    object,
    ...(result ? { result } : {}),
    context: { ...launch.contextTemplate, registration, ...context },
  });
  const template = (more = {}) => ({ ...(launch.contextTemplate.extensions ?? {}), ...more });
  const defined = (verb, result, more) => {
    const already = launch.contextTemplate.contextActivities ?? {};
    const moved = result && ("success" in result || "completion" in result);
    const category = [...(already.category ?? []), { id: `${names.categories}cmi5` }, ...(moved ? [{ id: `${names.categories}moveon` }] : [])];
    return statement(verb, { id: activity }, result, { contextActivities: { ...already, category }, extensions: template(more) });
  };

  const flush = (keepalive = false) => {
    const leaving = outbox;
    outbox = [];
    if (!leaving.length) return Promise.resolve(true);
    const body = JSON.stringify(leaving.length === 1 ? leaving[0] : leaving);
    return ask(address("statements"), { method: "POST", headers: headers(), body, keepalive }).then(
      (answer) => {
        if (!answer.ok && !keepalive) outbox = [...leaving, ...outbox];
        return answer.ok;
      },
      () => {
        outbox = [...leaving, ...outbox];
        return false;
      },
    );
  };
  const say = (one) => {
    outbox.push(one);
    line = line.then(() => flush());
    return line;
  };
  const put = (data, keepalive = false) =>
    ask(ofState(STATE), { method: "PUT", headers: headers(), body: JSON.stringify({ ...past, data }), keepalive }).then((answer) => answer.ok, () => false);

  // --- What a package asks of its system ---

  /** {data, readOnly, failed, passMark}; null where no system launched it, or its address was used already. */
  const open = async () => {
    if (!endpoint || !fetched) return null;
    try {
      token = (await (await ask(fetched, { method: "POST" })).json())["auth-token"] ?? "";
      launch = token ? await read(ofState("LMS.LaunchData")) : null;
      if (!launch) return null;
      await read(address("agents/profile", { agent: sent.get("actor"), profileId: "cmi5LearnerPreferences" })).catch(() => null);
      past = (await read(ofState(STATE))) ?? {};
    } catch {
      return null;
    }
    readOnly = launch.launchMode !== "Normal" || Boolean(past.passed) || Boolean(past.completed && past.unmarked);
    await say(defined("initialized"));
    return { data: past.data ?? "", readOnly, failed: Boolean(past.failed) && !past.passed, passMark: launch.masteryScore ?? null };
  };

  const keep = async (data) => {
    if (closed || readOnly) return true;
    line = line.then(() => put(data));
    return line;
  };

  const joined = (parts) => parts.map((part) => (Array.isArray(part) ? part.join("[.]") : part)).join("[,]");
  const answered = (what, share) => {
    if (closed || readOnly) return;
    const definition = { type: names.interaction, interactionType: what.type, correctResponsesPattern: [joined(what.right)] };
    const object = { id: `${activity}${activity.includes("#") ? "/" : "#"}${what.id}`, definition };
    say(statement("answered", object, { success: share === 1, response: joined(what.response) }, { extensions: template() }));
  };

  const judge = (result) => {
    const { percentage } = result;
    if (!past.completed) outbox.push(defined("completed", { completion: true, duration: duration() }));
    verdict = { completed: true, unmarked: !result.marked };
    if (result.marked) {
      const verb = result.passed ? "passed" : "failed", score = { scaled: Math.round(percentage * 100) / 10000, raw: percentage, min: 0, max: 100 };
      outbox.push(defined(verb, { success: result.passed, score, duration: duration() }, { [names.mastery]: launch.masteryScore ?? result.passMark }));
      verdict[verb] = true;
    }
  };
  /** False where the system did not take it all: it may be asked again, and says nothing twice. The state says that it was told once it was. */
  const close = async (result, data) => {
    if (closed || !launch) return true;
    if (result && !readOnly && !verdict) judge(result);
    line = line.then(() => flush());
    const said = await line;
    if (said) past = { ...past, ...verdict };
    if (!readOnly && !(said && (await put(data)))) return false;
    closed = true;
    outbox.push(defined("terminated", { duration: duration() }));
    await flush();
    if (launch.returnURL) own.location.assign(launch.returnURL);
    return true;
  };

  /** The page goes away: what waits, and the end, in one last message. */
  const leave = (data, _step, gone) => {
    if (closed || !launch) return true;
    if (!readOnly) put(data, true);
    if (gone) {
      closed = true;
      outbox.push(defined("terminated", { duration: duration() }));
      flush(true);
    }
    return true;
  };

  return { open, keep, answered, close, leave };
};
