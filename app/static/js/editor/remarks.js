// A passage that is selected in a text under review is copied into the form of remarks, with the title above it. Without this script one copies it by hand.

const field = document.querySelector("#quote");
const titles = document.querySelector("#heading");

for (const hint of document.querySelectorAll("[data-selecting]")) hint.hidden = false;

document.addEventListener("selectionchange", () => {
  const selected = document.getSelection();
  if (!field || selected.rangeCount === 0 || selected.isCollapsed) return;
  const range = selected.getRangeAt(0);
  const page = range.startContainer.parentElement?.closest("[data-passages]");
  if (!page) return;
  const copy = range.cloneContents();
  for (const unread of copy.querySelectorAll("del, .visually-hidden, .remark-call")) unread.remove();
  const words = copy.textContent.replace(/\s+/g, " ").trim();
  if (!words) return;
  field.value = words.slice(0, field.maxLength);
  if (!titles) return;
  const above = [...page.querySelectorAll("h2[id], h3[id], h4[id]")].filter((title) => title.compareDocumentPosition(range.startContainer) & Node.DOCUMENT_POSITION_FOLLOWING || title.contains(range.startContainer));
  titles.value = above.at(-1)?.id ?? "";
});
