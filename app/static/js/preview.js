/* A folder's preview: the page is read again where one was reading, once a file that it shows has changed. */

const WHERE = `preview ${location.pathname}`;
const blocks = () => [...document.querySelectorAll("main :is(h1, h2, h3, h4, p, li, td, summary, legend)")];

/** What is read now: the first block in sight, its words, and how far it is from the top. */
const remember = () => {
  const all = blocks(), place = all.findIndex((each) => each.getBoundingClientRect().bottom > 0 && each.offsetParent);
  if (place < 0 || !scrollY) return;
  sessionStorage.setItem(WHERE, JSON.stringify({ place, words: all[place].textContent, top: all[place].getBoundingClientRect().top }));
};
const comeBack = () => {
  const kept = sessionStorage.getItem(WHERE);
  if (!kept) return;
  sessionStorage.removeItem(WHERE);
  const { place, words, top } = JSON.parse(kept), all = blocks();
  const alike = all.map((each, index) => [Math.abs(index - place), each]).filter(([, each]) => each.textContent === words);
  const [, block] = alike.sort((one, other) => one[0] - other[0])[0] ?? [0, all[Math.min(place, all.length - 1)]];
  if (block) scrollBy({ top: block.getBoundingClientRect().top - top, behavior: "instant" });
};

const lookAgain = async () => {
  const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (!answer || answer.headers.get("ETag") === `"${document.body.dataset.digest}"`) return;
  remember();
  location.reload();
};

history.scrollRestoration = "auto";
comeBack();
new EventSource("/changements").addEventListener("message", lookAgain);
