// Ordering and matching with less effort. Without this file the same questions are answered by their menus, and ↑ ↓ send the form.
//
// Menus stay the answer: whatever is moved here writes them and says so by an `input` event, which `answers.js` saves.

function written(menu, value) {
  menu.value = value;
  menu.dispatchEvent(new Event("input", { bubbles: true }));
}

// Calls `over` with what lies under the pointer until it is let go, then `done`. The pointer is held by `grip`, which never leaves its place.
function drag(event, grip, over, done) {
  event.preventDefault();
  grip.setPointerCapture(event.pointerId);
  const move = (moved) => over(moved.clientX, moved.clientY);
  const end = () => {
    grip.removeEventListener("pointermove", move);
    grip.removeEventListener("lostpointercapture", end);
    done();
  };
  grip.addEventListener("pointermove", move);
  grip.addEventListener("lostpointercapture", end);
}

class Ordering {
  constructor(list) {
    this.list = list;
    this.said = list.parentElement.querySelector("[data-said]");
    for (const row of list.children) this.equip(row);
  }

  equip(row) {
    const handle = Object.assign(document.createElement("span"), { className: "handle", textContent: "⠿", ariaHidden: "true" });
    row.querySelector(".moves").append(handle);
    handle.addEventListener("pointerdown", (event) => this.drag(event, row, handle));
    row.querySelector("select").addEventListener("change", (event) => event.target.value && this.place(row, Number(event.target.value) - 1));
    for (const button of row.querySelectorAll(".move")) button.addEventListener("click", (event) => this.step(event, row, button));
  }

  step(event, row, button) {
    event.preventDefault();
    this.place(row, this.placeOf(row) + (button.value.endsWith("up") ? -1 : 1));
    const buttons = [button, ...row.querySelectorAll(".move")]; // the one that was pressed hides at the end of the list
    buttons.find((one) => getComputedStyle(one).visibility === "visible")?.focus();
  }

  placeOf(row) {
    return [...this.list.children].indexOf(row);
  }

  place(row, place) {
    const others = [...this.list.children].filter((other) => other !== row);
    this.list.insertBefore(row, others[Math.max(0, place)] ?? null);
    this.number();
    this.tell(row);
  }

  number() {
    [...this.list.children].forEach((row, place) => {
      row.querySelector("select").value = String(place + 1);
    });
  }

  tell(row) {
    const place = this.placeOf(row) + 1;
    written(row.querySelector("select"), String(place));
    this.said.textContent = `${row.querySelector(".pair-text").textContent.trim()}, rang ${place} sur ${this.list.children.length}.`;
  }

  // The neighbours move, never the row that holds the pointer: a browser lets go of what leaves the page.
  drag(event, row, handle) {
    let moved = false;
    row.classList.add("is-held");
    const over = (_x, y) => {
      for (const other of [row.previousElementSibling, row.nextElementSibling]) {
        if (!other) continue;
        const { top, height } = other.getBoundingClientRect();
        const before = other === row.previousElementSibling;
        if (before ? y < top + height / 2 : y > top + height / 2) {
          if (before) row.after(other);
          else row.before(other);
          this.number();
          moved = true;
        }
      }
    };
    drag(event, handle, over, () => {
      row.classList.remove("is-held");
      if (moved) this.tell(row);
    });
  }
}

// Every proposition in sight. A tap gives it to the marked row, which is the next one without an answer or the one last touched; a mouse
// may drag it to any row.
class Matching {
  constructor(list) {
    this.list = list;
    this.rows = [...list.children];
    this.targets = document.createElement("div");
    this.targets.className = "targets";
    this.targets.setAttribute("role", "group");
    this.targets.setAttribute("aria-label", "Propositions");
    this.targets.append(Object.assign(document.createElement("p"), { className: "hint", textContent: "Touchez une proposition : elle va à la ligne marquée. À la souris, on peut aussi la faire glisser." }));
    for (const option of this.menu(this.rows[0]).options) if (option.value) this.targets.append(this.target(option));
    list.after(this.targets);
    for (const row of this.rows) row.addEventListener("focusin", () => this.mark(row));
    list.addEventListener("input", () => this.show());
    this.show();
    this.mark(this.free());
  }

  menu(row) {
    return row.querySelector("select");
  }

  free() {
    return this.rows.find((row) => !this.menu(row).value);
  }

  target(option) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "target", value: option.value, textContent: option.textContent });
    button.addEventListener("click", () => !this.dropped && this.row && this.give(this.row, button.value));
    button.addEventListener("pointerdown", (event) => event.pointerType === "mouse" && event.button === 0 && this.drag(event, button));
    return button;
  }

  drag(event, button) {
    let over = null;
    this.dropped = false;
    const onto = (x, y) => {
      over?.classList.remove("is-over");
      over = this.rows.find((row) => row.contains(document.elementFromPoint(x, y))) ?? null;
      over?.classList.add("is-over");
    };
    drag(event, button, onto, () => {
      over?.classList.remove("is-over");
      this.dropped = over !== null; // the click that ends a drag is no tap
      if (over) this.give(over, button.value);
    });
  }

  give(row, value) {
    written(this.menu(row), value);
    this.mark(this.free());
  }

  mark(row) {
    this.row?.classList.remove("is-next");
    this.row = row;
    row?.classList.add("is-next");
  }

  show() {
    const used = new Set(this.rows.map((row) => this.menu(row).value));
    for (const button of this.targets.querySelectorAll("button")) button.classList.toggle("is-used", used.has(button.value));
  }
}

for (const list of document.querySelectorAll("[data-order]")) new Ordering(list);
for (const list of document.querySelectorAll("[data-match]")) new Matching(list);
