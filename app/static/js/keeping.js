// What this browser keeps until the server has it, and the hour as it is told. Shared by the scripts that save by themselves.

const hour = new Intl.DateTimeFormat("fr-FR", { hour: "numeric", minute: "2-digit", timeZone: "Europe/Paris" });

export function atHour(moment) {
  const parts = Object.fromEntries(hour.formatToParts(new Date(moment)).map((part) => [part.type, part.value]));
  return `${Number(parts.hour)}\u00a0h\u00a0${parts.minute}`;
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
