/* A system that speaks cmi5. Statements leave in their order, one after the other: initialized first, terminated last. */
"use strict";

Croisee.Lms = (own, names) => {
  const VERSION = "1.0.3", STATE = "croisee";
  const began = Date.now(), sent = new URLSearchParams(own.location.search);
  const [endpoint, fetched, activity, registration] = ["endpoint", "fetch", "activityId", "registration"].map((name) => sent.get(name) ?? "");
  let token = "", launch = null, closed = false, readOnly = true, past = {}, outbox = [], line = Promise.resolve();

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
  const read = async (place) => {
    const answer = await own.fetch(place, { headers: headers() });
    return answer.ok ? answer.json() : null;
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
    return own.fetch(address("statements"), { method: "POST", headers: headers(), body, keepalive }).then(
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
    own.fetch(ofState(STATE), { method: "PUT", headers: headers(), body: JSON.stringify({ ...past, data }), keepalive }).then((answer) => answer.ok, () => false);

  // --- What a package asks of its system ---

  /** {data, readOnly, failed, passMark}; null where no system launched it, or its address was used already. */
  const open = async () => {
    if (!endpoint || !fetched) return null;
    try {
      token = (await (await own.fetch(fetched, { method: "POST" })).json())["auth-token"] ?? "";
      launch = token ? await read(ofState("LMS.LaunchData")) : null;
      if (!launch) return null;
      await read(address("agents/profile", { agent: sent.get("actor"), profileId: "cmi5LearnerPreferences" }));
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

  const told = async (result, data) => {
    const { percentage } = result;
    if (!past.completed) say(defined("completed", { completion: true, duration: duration() }));
    past = { ...past, completed: true, unmarked: !result.marked };
    if (result.marked) {
      const verb = result.passed ? "passed" : "failed", score = { scaled: Math.round(percentage * 100) / 10000, raw: percentage, min: 0, max: 100 };
      say(defined(verb, { success: result.passed, score, duration: duration() }, { [names.mastery]: launch.masteryScore ?? result.passMark }));
      past = { ...past, [verb]: true };
    }
    await keep(data);
  };
  const close = async (result, data) => {
    if (closed || !launch) return;
    if (result && !readOnly) await told(result, data);
    await line;
    closed = true;
    outbox.push(defined("terminated", { duration: duration() }));
    await flush();
    if (launch.returnURL) own.location.assign(launch.returnURL);
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
