// Building pages out of data, and keeping to the newest of many answers.

/** An element with properties or attributes, and children; children that are null are left out. */
export function make(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "dataset") Object.assign(made.dataset, value);
    else if (name in made) made[name] = value;
    else if (value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A copy of a template's one element. */
export function copyOf(templateId) {
  return document.getElementById(templateId).content.firstElementChild.cloneNode(true);
}

/** What the page wrote down for its scripts under this id. */
export function written(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** Put a text into an element and hide it where there is none. */
export function say(element, text) {
  element.textContent = text ?? "";
  element.hidden = !text;
}

/**
 * Do one thing at a time: a newer call gives up the older one, whose answer is never shown.
 * `work(signal, ...args)` gives an answer to `show`; what goes wrong goes to `fail`.
 */
export function newestOnly(work, show, fail) {
  let current = new AbortController();
  return async (...args) => {
    current.abort();
    const mine = (current = new AbortController());
    let answer;
    try {
      answer = await work(mine.signal, ...args);
    } catch (failure) {
      if (!mine.signal.aborted) fail(failure);
      return;
    }
    if (!mine.signal.aborted) show(answer);
  };
}

/** Wait for a pause in the calls before doing it. */
export function afterPause(milliseconds, work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, milliseconds);
  };
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** A moment as the visitor writes it; a time without a zone stays the local time it is. */
export function when(text) {
  return text ? moment.format(new Date(text)) : "";
}

/** A time element for a moment. */
export function timeOf(text) {
  return make("time", { dateTime: text, textContent: when(text) });
}
