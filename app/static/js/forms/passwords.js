// A box beside a password that is chosen shows what is typed. It is hidden again as the form leaves, so that no browser keeps it among plain words.

for (const box of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(box.dataset.shows);
  const show = () => {
    field.type = box.checked ? "text" : "password";
  };
  box.closest(".field").hidden = false;
  box.addEventListener("change", show);
  field.form.addEventListener("submit", () => {
    box.checked = false;
    show();
  });
  show();
}
