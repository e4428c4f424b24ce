// Passkeys: each form with `data-key` asks the browser for one, and is sent with what it answered. Without this script, or in a browser that
// knows no keys, such a form stays hidden and the other ways of signing in stand beside it.

const known = window.PublicKeyCredential?.parseRequestOptionsFromJSON && window.PublicKeyCredential.parseCreationOptionsFromJSON;

async function ask(form) {
  const options = JSON.parse(form.dataset.options);
  if (form.dataset.key === "create") {
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  }
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
}

for (const form of known ? document.querySelectorAll("form[data-key]") : []) {
  const told = form.querySelector("[role=alert]");
  form.hidden = false;
  for (const other of document.querySelectorAll("[data-without-keys]")) other.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    told.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify((await ask(form)).toJSON());
      form.submit();
    } catch {
      told.hidden = false;
    }
  });
}
