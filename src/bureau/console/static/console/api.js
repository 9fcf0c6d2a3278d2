// Talking to the API: the session cookie says who, the CSRF token that it was our own page.

/** A refused request: its status, and sentences for people. */
export class Refusal extends Error {
  constructor(status, sentences) {
    super(sentences.join(" "));
    this.status = status;
    this.sentences = sentences;
  }
}

// what is on its way when somebody signs out is given up: its refusal would tell nobody anything
const leaving = new AbortController();

/**
 * Send a request and return the JSON answer; throws a Refusal. A `signal` may
 * give it up; a `token` says who asks where that is not the session's person.
 */
export async function send(method, address, body, options) {
  const answer = await ask(method, address, body, options);
  return answer.json().catch(() => null);
}

/** Send a request and return the whole answer, for what is no JSON; throws a Refusal. */
export async function ask(method, address, body, { signal, token } = {}) {
  const headers = { Accept: "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (method !== "GET") headers["X-CSRFToken"] = cookie("csrftoken");
  if (body !== undefined && !(body instanceof FormData)) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  let answer;
  try {
    const either = AbortSignal.any(signal ? [signal, leaving.signal] : [leaving.signal]);
    answer = await fetch(address, { method, headers, body, signal: either, credentials: "same-origin" });
  } catch (failure) {
    if (leaving.signal.aborted) return new Promise(() => {});
    if (signal?.aborted) throw failure;
    throw new Refusal(0, [gettext("The server cannot be reached. Check the connection and try again.")]);
  }
  if (answer.ok) return answer;
  const content = await answer.json().catch(() => null);
  throw new Refusal(answer.status, sentencesOf(answer, content));
}

/** End the sign-in and go to the door. An ended one cannot be ended again, and the way out is the same. */
export async function signOut() {
  leaving.abort();
  const headers = { "X-CSRFToken": cookie("csrftoken") };
  await fetch("/api/auth/logout/", { method: "POST", headers }).catch(() => null);
  location.assign(document.body.dataset.login);
}

/** Go to the sign-in page and come back here afterwards; not for who leaves on purpose, whose sockets end too. */
export function signInAgain() {
  if (leaving.signal.aborted) return;
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
  // the desks' APIs say it in different places
  const fields = leaves(content?.error?.fields);
  if (fields.length) return [...new Set(fields)];
  for (const said of [content?.detail, content?.error?.message, content?.error]) {
    if (typeof said === "string") return [said];
  }
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
