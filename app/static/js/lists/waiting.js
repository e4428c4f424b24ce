// The large files that one asked for, kept up to date while one is being made. Without this script, « Actualiser » does it.

const PAUSE = 3000; // milliseconds
const list = document.getElementById("fichiers");
const told = document.getElementById("pret");
const again = document.getElementById("actualiser");
const pending = () => [...list.querySelectorAll("[data-standing=waiting], [data-standing=making]")];

// Only what moved: whoever stands on a link of another file keeps it.
function bring(row, found) {
  const [bar, words] = [row.querySelector("progress"), row.querySelector("label")];
  if (found.querySelector("progress")) {
    bar.value = found.querySelector("progress").value;
    words.textContent = found.querySelector("label").textContent;
    row.dataset.standing = found.dataset.standing;
  } else {
    row.replaceWith(found);
    told.textContent = `${found.querySelector("h2").textContent} : ${found.dataset.standing === "ready" ? "prêt" : "pas fait"}.`;
  }
}

async function follow() {
  if (!document.hidden) {
    const response = await fetch(location.pathname).catch(() => null);
    const page = response?.ok && !response.redirected ? new DOMParser().parseFromString(await response.text(), "text/html") : null;
    for (const row of pending()) {
      const found = page?.getElementById(row.id);
      if (found) bring(row, document.importNode(found, true));
    }
  }
  if (pending().length) setTimeout(follow, PAUSE);
  else again.hidden = true;
}

setTimeout(follow, PAUSE);
