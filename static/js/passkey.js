/** Passkeys: a form that asks the browser to make or to show one, and sends on what it signed. Hidden where it can't. */
import { fromBase64url } from "./_bytes.js";

if (window.PublicKeyCredential && navigator.credentials) {
  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  });
}

async function ask(form) {
  const button = form.querySelector("button");
  const said = form.querySelector("[data-passkey-said]");
  button.disabled = true;
  said.textContent = "";
  try {
    const options = await asked(form);
    const credential =
      form.dataset.passkey === "make"
        ? await navigator.credentials.create({ publicKey: options })
        : await navigator.credentials.get({ publicKey: options });
    form.elements.credential.value = JSON.stringify(plain(credential));
    form.submit();
  } catch {
    said.textContent = form.dataset.failed;
    button.disabled = false;
  }
}

async function asked(form) {
  const answer = await fetch(form.dataset.ask, { method: "POST", body: new FormData(form), redirect: "error" });
  if (!answer.ok) throw new Error("not now");
  const options = await answer.json();
  options.challenge = fromBase64url(options.challenge);
  if (options.user) options.user.id = fromBase64url(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const each of list ?? []) each.id = fromBase64url(each.id);
  }
  return options;
}

/** What the server reads: the fields of a credential, their bytes as base64url. */
function plain(credential) {
  const { response } = credential;
  const answer = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = text(response[name]);
  }
  if (response.getTransports) answer.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: answer,
    clientExtensionResults: {},
  };
}

function text(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
