// Forms about an account: what they hold goes to the route they name; then a sentence, or the next page.
import { send, show } from "./api.js";

const form = document.querySelector("form[data-route]");
const [notice, button] = [form.querySelector("[role=alert]"), form.querySelector("button")];

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show(notice, []);
  button.disabled = true;
  try {
    await send("POST", form.dataset.route, Object.fromEntries(new FormData(form)));
    finish();
  } catch (failure) {
    show(notice, failure.sentences ?? [failure.message]);
  } finally {
    button.disabled = false;
  }
});

// Until here the button is off: a form that is sent before it has a handler is refused as a page.
button.disabled = false;

function finish() {
  if (form.dataset.next) {
    location.assign(form.dataset.next);
    return;
  }
  form.hidden = true;
  show(document.querySelector("[role=status]"), [form.dataset.done]);
}
