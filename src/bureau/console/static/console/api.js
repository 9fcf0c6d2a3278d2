// Talking to the API: the session cookie says who, the CSRF token that it was our own page.

/** A refused request: its status, and sentences for people. */
export class Refusal extends Error {
  constructor(status, sentences) {
    super(sentences.join(" "));
    this.status = status;
    this.sentences = sentences;
  }
}

/** Send a request and return the JSON answer; throws a Refusal. */
export async function send(method, address, body) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = cookie("csrftoken");
  if (body !== undefined && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(address, { method, headers, body, credentials: "same-origin" });
  } catch {
    throw new Refusal(0, [gettext("The server cannot be reached. Check the connection and try again.")]);
  }
  const content = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refusal(answer.status, sentencesOf(answer, content));
  return content;
}

/** Go to the sign-in page and come back here afterwards. */
export function signInAgain() {
  const here = location.pathname + location.search;
  location.assign(`${document.body.dataset.login}?next=${encodeURIComponent(here)}`);
}

/** Show sentences in a notice, one paragraph each; none hides it. */
export function show(notice, sentences) {
  notice.replaceChildren(
    ...sentences.map((text) => Object.assign(document.createElement("span"), { textContent: text })),
  );
  notice.hidden = sentences.length === 0;
}

/** Show what went wrong; somebody whose sign-in has ended is sent to sign in. */
export function showFailure(notice, failure) {
  if (!(failure instanceof Refusal)) throw failure;
  if (failure.status === 401) signInAgain();
  else show(notice, failure.sentences);
}

function sentencesOf(answer, content) {
  if (answer.status === 429) return [tooMany(Number(answer.headers.get("Retry-After")))];
  if (typeof content?.detail === "string") return [content.detail];
  const found = [...new Set(leaves(content))];
  if (found.length) return found;
  return [interpolate(gettext("The server answered with an error (%s). Try again in a moment."), [answer.status])];
}

function tooMany(seconds) {
  if (!(seconds > 0)) return gettext("Too many attempts. Try again later.");
  const minutes = Math.ceil(seconds / 60);
  const text = ngettext(
    "Too many attempts. Try again in %s minute.",
    "Too many attempts. Try again in %s minutes.",
    minutes,
  );
  return interpolate(text, [minutes]);
}

function leaves(value) {
  if (typeof value === "string") return [value];
  if (value && typeof value === "object") return Object.values(value).flatMap(leaves);
  return [];
}

function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}
