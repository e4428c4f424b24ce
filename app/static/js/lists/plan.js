// The plan, arranged by dragging: a handle on each module and lesson. Without this file its buttons and lists do the same.

const form = document.getElementById("plan-ranger");
const lists = [...document.querySelectorAll("ol[data-plan]")];

const isLesson = (row) => Boolean(row.parentElement.closest("[data-line]"));
const movable = (list) => [...list.children].filter((row) => row.dataset.line);

// Where the row would go: the lists of its like, and among their rows the first whose middle is below the pointer.
function target(row, level, x, y) {
  const list = document.elementsFromPoint(x, y).flatMap((element) => element.closest("ol[data-plan]") ?? [])
    .find((found) => !row.contains(found) && Boolean(found.closest("[data-line]")) === level);
  if (!list) return null;
  const before = movable(list).find((other) => {
    const { top, height } = other.firstElementChild.getBoundingClientRect();
    return other !== row && y < top + height / 2;
  });
  return { list, before: before ?? null };
}

function drag(event, row, handle) {
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  const level = isLesson(row);
  const mark = Object.assign(document.createElement("li"), { className: "plan-mark", ariaHidden: "true" });
  let place = null;
  row.classList.add("is-held");
  const move = ({ clientX, clientY }) => {
    const found = target(row, level, clientX, clientY);
    if (!found) return;
    place = found;
    const after = movable(found.list).filter((other) => other !== row).at(-1);
    if (found.before) found.before.before(mark);
    else if (after) after.after(mark);
    else found.list.append(mark);
  };
  const end = () => {
    handle.removeEventListener("pointermove", move);
    handle.removeEventListener("lostpointercapture", end);
    row.classList.remove("is-held");
    mark.remove();
    if (place) send(row, place);
  };
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", end);
}

function send(row, { list, before }) {
  const others = movable(list).filter((other) => other !== row);
  const place = before ? others.indexOf(before) : others.length;
  if (list === row.parentElement && movable(list).indexOf(row) === place) return;
  form.elements.id.value = row.dataset.line;
  form.elements.home.value = list.dataset.plan;
  form.elements.place.value = String(place);
  form.requestSubmit(form.querySelector("button"));
}

for (const list of lists) {
  for (const row of movable(list)) {
    const handle = Object.assign(document.createElement("span"), { className: "handle", textContent: "⠿", ariaHidden: "true" });
    row.querySelector(".plan-moves").append(handle);
    handle.addEventListener("pointerdown", (event) => event.button === 0 && drag(event, row, handle));
  }
}
