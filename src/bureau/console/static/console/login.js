// Signing in: name and password, then a code where the account asks for one.
import { send, show } from "./api.js";

const gatekeeper = document.querySelector("[data-next]");
const passwordForm = document.getElementById("password-form");
const codeForm = document.getElementById("code-form");
// the password was given out by an administrator: another one comes first
let temporary = false;

handle(passwordForm, async (fields) => {
  const answer = await send("POST", "/api/auth/login/", fields);
  temporary = answer.requires_password_change;
  if (answer.requires_otp_verify) askForCode();
  else enter();
});

handle(codeForm, async (fields) => {
  await send("POST", "/api/auth/verify-otp/", fields);
  enter();
});

// Until here the buttons are off: a form that is sent before it has a handler is refused as a page.
if ("pending" in gatekeeper.dataset) askForCode();
else document.getElementById("username").focus();

function handle(form, submit) {
  const [notice, button] = [form.querySelector(".notice"), form.querySelector("button")];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    show(notice, []);
    button.disabled = true;
    try {
      await submit(Object.fromEntries(new FormData(form)));
    } catch (failure) {
      show(notice, failure.sentences ?? [failure.message]);
      form.querySelector("input:last-of-type").select();
    } finally {
      button.disabled = false;
    }
  });
  button.disabled = false;
}

function askForCode() {
  passwordForm.hidden = true;
  codeForm.hidden = false;
  document.getElementById("code").focus();
}

function enter() {
  location.assign(temporary ? gatekeeper.dataset.change : gatekeeper.dataset.next);
}
