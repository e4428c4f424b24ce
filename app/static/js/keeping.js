// What this browser keeps until the server has it, how it is sent, and the hour as it is told. Shared by the scripts that save by themselves.

const NO_BREAK = "\u00a0"; // as in app/platform/french.py
const hour = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" });

export function atHour(moment) {
  const parts = Object.fromEntries(hour.formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return `${Number(parts.hour)}${NO_BREAK}h${NO_BREAK}${parts.minute}`;
}

// One value under a name. Storage may be full or refused: `write` then answers false, and the page says so.
export class Keeper {
  constructor(name) {
    this.name = name;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name));
    } catch {
      return null;
    }
  }

  write(value) {
    try {
      localStorage.setItem(this.name, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  clear() {
    try {
      localStorage.removeItem(this.name);
    } catch {
      // Refused storage holds nothing.
    }
  }
}

// Sends a form as a script sends it: the server answers in JSON.
export function send(address, body, options = {}) {
  return fetch(address, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, ...options });
}

// What became of what was sent: null where it is to be tried again. A page instead of JSON is the sign-in page, where a redirect led:
// nothing was saved.
export async function outcome(sending) {
  const response = await sending.catch(() => null);
  if (!response || response.status >= 500 || response.status === 429) return null;
  const answer = await response.json().catch(() => null);
  const ok = response.ok && answer !== null;
  return { ok, status: response.ok && !ok ? 401 : response.status, answer: answer ?? {} };
}
