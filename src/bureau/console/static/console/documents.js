// The documents one may read: adding, watching them being read, removing.
import { send, show, showFailure } from "./api.js";
import { copyOf, say, when } from "./build.js";
import { listen } from "./socket.js";

const API = "/api/documents/";
const WORDS = {
  PENDING: [gettext("Waiting"), "PENDING"],
  PROCESSING: [gettext("Being read"), "RUNNING"],
  READY: [gettext("Ready"), "SUCCESS"],
  FAILED: [gettext("Failed"), "FAILED"],
};
const list = document.getElementById("documents");
const problem = document.getElementById("problem");
const more = document.getElementById("more");
const form = document.getElementById("upload");
const notice = form.querySelector(".notice");
const watched = new Set();
let page = 1;

async function showDocuments() {
  try {
    const answer = await send("GET", `${API}?page=${page}`);
    answer.results.forEach((one) => showDocument(one));
    more.hidden = !answer.next;
  } catch (failure) {
    showFailure(problem, failure);
  }
  showEmpty();
}

function showEmpty() {
  document.getElementById("empty").hidden = list.children.length > 0;
}

function showDocument(one, { first = false } = {}) {
  const line = document.getElementById(one.id) ?? lineOf(one, first);
  const find = (selector) => line.querySelector(selector);
  const [word, colour] = WORDS[one.state];
  find(".name").textContent = one.title;
  find(".badge").textContent = word;
  find(".badge").dataset.status = colour;
  find(".about").textContent = aboutOf(one);
  find("progress").hidden = one.state !== "PROCESSING";
  find("progress").setAttribute("aria-label", interpolate(gettext("Progress of %s"), [one.title]));
  const reason = one.failure_reason || gettext("It could not be read. Try again.");
  say(find(".notice"), one.state === "FAILED" ? reason : "");
  showNotes(find(".reading"), one.notes);
  find(".original").hidden = !one.file_url;
  if (one.file_url) find(".original").href = one.file_url;
  const open = ["PENDING", "PROCESSING"].includes(one.state);
  // what others share is theirs, or an administrator's
  const mine = one.audience === "owner" || list.dataset.mayShare === "true";
  find(".again").hidden = open || !mine;
  find(".remove").hidden = open || !mine;
  if (open) watch(one);
  showEmpty();
}

/** What the reader left out, guessed or could not read: never hidden, the sentences one click away. */
function showNotes(box, notes) {
  box.hidden = notes.length === 0;
  const words = ngettext("%s remark about how it was read", "%s remarks about how it was read", notes.length);
  box.querySelector("summary").textContent = interpolate(words, [notes.length]);
  box.querySelector("ul").replaceChildren(...notes.map((note) => {
    const line = document.createElement("li");
    const pages = note.pages.length > 0 && interpolate(ngettext("page %s", "pages %s", note.pages.length), [pagesOf(note.pages)]);
    line.textContent = pages ? `${note.message} (${pages})` : note.message;
    return line;
  }));
}

/** 1, 2, 3, 7 as "1–3, 7". */
function pagesOf(numbers) {
  const spans = [];
  for (const number of numbers) {
    const last = spans.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else spans.push([number, number]);
  }
  return spans.map(([from, to]) => (from === to ? from : `${from}–${to}`)).join(", ");
}

function aboutOf(one) {
  const pages = one.page_count && interpolate(ngettext("%s page", "%s pages", one.page_count), [one.page_count]);
  const passages = one.chunk_count && interpolate(ngettext("%s passage", "%s passages", one.chunk_count), [one.chunk_count]);
  return [one.filename, one.language, pages, passages, when(one.created_at)].filter(Boolean).join(" · ");
}

function lineOf(one, first) {
  const line = copyOf("document-template");
  line.id = one.id;
  if (first) list.prepend(line);
  else list.append(line);
  name(line.querySelector(".again"), one.title, async () => {
    showDocument(await send("POST", `${API}${one.id}/reprocess/`));
  });
  name(line.querySelector(".remove"), one.title, async () => {
    if (!confirm(interpolate(gettext("Remove “%s” for everybody who can read it?"), [one.title]))) return;
    await send("DELETE", `${API}${one.id}/`);
    line.remove();
    showEmpty();
    document.getElementById("my-documents").focus();
  });
  return line;
}

function name(button, title, act) {
  button.setAttribute("aria-label", `${button.textContent}: ${title}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    show(problem, []);
    try {
      await act();
    } catch (failure) {
      showFailure(problem, failure);
    }
    button.disabled = false;
  });
}

/** Events of the job are hints; the API says how the document stands. */
function watch({ id, job_id: job }) {
  if (!job || watched.has(job)) return;
  watched.add(job);
  listen(`/ws/jobs/${job}/`, {
    event(event) {
      const bar = document.getElementById(id)?.querySelector("progress");
      if (bar && event.progress) bar.value = event.progress;
      refresh(id);
    },
    connected() {},
    ended() {},
  });
}

const stale = new Set();
let busy = false;

async function refresh(id) {
  stale.add(id);
  if (busy) return;
  busy = true;
  while (stale.size) {
    const [next] = stale;
    stale.delete(next);
    await send("GET", `${API}${next}/`).then(showDocument, (failure) => failure.status === 404 || showFailure(problem, failure));
  }
  busy = false;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  show(notice, []);
  try {
    showDocument(await send("POST", `${API}upload/`, new FormData(form)), { first: true });
    form.reset();
  } catch (failure) {
    showFailure(notice, failure);
  }
  button.disabled = false;
});

more.addEventListener("click", () => {
  page += 1;
  showDocuments();
});

showDocuments();
