// A time code moves the recording that it belongs to, where that is on the page, instead of leading to it; an address into a folded transcription unfolds it.

function seek(event) {
  const code = event.target.closest?.("a.time-code");
  const audio = code && (code.closest(".recording") ?? document.querySelector("#ecouter"))?.querySelector("audio");
  if (!audio || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const second = Number(code.dataset.second);
  if (audio.readyState) audio.currentTime = second;
  else audio.addEventListener("loadedmetadata", () => (audio.currentTime = second), { once: true });
  audio.play().catch(() => audio.focus());
}

function arrive() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.closest("details:not([open])");
  if (!fold) return;
  fold.open = true;
  target.scrollIntoView();
}

document.addEventListener("click", seek);
addEventListener("hashchange", arrive);
arrive();
