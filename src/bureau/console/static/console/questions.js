// Asking about documents: the answer comes as it is confirmed, its citations open the page quoted.
import { ask, Refusal, send, show, showFailure } from "./api.js";
import { copyOf, make, newestOnly, say, when } from "./build.js";
import { eventsOf } from "./stream.js";

const CONVERSATIONS = "/api/chat/conversations/";
const list = document.getElementById("conversations");
const messages = document.getElementById("messages");
const problem = document.getElementById("problem");
const form = document.getElementById("ask");
const title = document.getElementById("talk");
const passage = document.getElementById("passage");
let conversation = new URLSearchParams(location.search).get("conversation");

// --- conversations ---

async function showConversations() {
  const { results: rows } = await send("GET", CONVERSATIONS);
  list.replaceChildren(...rows.map(lineOf));
  document.getElementById("none").hidden = rows.length > 0;
  const current = rows.find((one) => one.id === conversation);
  if (current) title.textContent = current.title;
}

function lineOf(one) {
  const button = make("button", { type: "button", className: "link", textContent: one.title });
  if (one.id === conversation) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose(one.id));
  return make("li", {}, button, make("small", { className: "muted", textContent: when(one.updated_at) }));
}

function choose(id) {
  conversation = id;
  const address = id ? `?conversation=${id}` : location.pathname;
  history.replaceState(null, "", address);
  for (const button of list.querySelectorAll("[aria-current]")) button.removeAttribute("aria-current");
  document.getElementById("remove").hidden = !id;
  show(problem, []);
  open(id);
}

const open = newestOnly(
  (signal, id) => (id ? send("GET", `${CONVERSATIONS}${id}/`, undefined, { signal }) : null),
  async (found) => {
    messages.replaceChildren(...(found?.messages ?? []).map((one) => showMessage(one)));
    title.textContent = found?.title ?? gettext("New conversation");
    document.getElementById("remove").hidden = !found;
    form.elements.message.focus();
    await showConversations();
  },
  (failure) => showFailure(problem, failure),
);

document.getElementById("new").addEventListener("click", () => choose(null));
document.getElementById("remove").addEventListener("click", async () => {
  if (!confirm(gettext("Delete this conversation with all its answers?"))) return;
  try {
    await send("DELETE", `${CONVERSATIONS}${conversation}/`);
    choose(null);
  } catch (failure) {
    showFailure(problem, failure);
  }
});

// --- questions and answers ---

function showMessage(message, line = copyOf("message-template")) {
  line.dataset.role = message.role;
  line.querySelector(".said").replaceChildren(...withNumbers(message, line));
  const cited = line.querySelector(".citations");
  cited.replaceChildren(...message.citations.map((one) => make("li", {}, citationOf(one, placeOf(one)))));
  cited.hidden = !message.citations.length;
  if (message.role === "assistant") finish(line, message);
  return line;
}

/** The text, with its `[1]` turned into buttons that open what they cite. */
function withNumbers({ content, citations }) {
  return content.split(/(\[\d+\])/).map((part) => {
    const one = /^\[\d+\]$/.test(part) && citations[Number(part.slice(1, -1)) - 1];
    return one ? citationOf(one, part) : part;
  });
}

function placeOf(one) {
  const page = one.page_number === null ? "" : interpolate(gettext(", page %s"), [one.page_number]);
  return `${one.document_title}${page}`;
}

function citationOf(one, text) {
  const button = make("button", { type: "button", className: "link citation", textContent: text });
  button.setAttribute("aria-label", interpolate(gettext("Open the passage: %s"), [placeOf(one)]));
  button.addEventListener("click", () => openPassage(one));
  return button;
}

function finish(line, message) {
  const { method, provider, model } = message.metadata ?? {};
  const by = method === "generated" ? interpolate(gettext("Written by %s; every sentence was checked."), [model || provider]) : "";
  say(line.querySelector(".by"), by);
  const votes = line.querySelector(".votes");
  votes.hidden = !message.id;
  for (const button of votes.querySelectorAll("button")) button.onclick = () => vote(message, button, votes);
}

async function vote(message, button, votes) {
  const helpful = button.dataset.vote === "helpful";
  const body = { message: message.id, feedback_type: "helpful", is_positive: helpful };
  try {
    await send("POST", "/api/chat/feedback/", body);
    votes.querySelector("[role=status]").textContent = gettext("Thank you.");
  } catch (failure) {
    showFailure(problem, failure);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = form.elements.message.value.trim();
  if (!text) return;
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  show(problem, []);
  messages.append(showMessage({ role: "user", content: text, citations: [] }));
  const line = showMessage({ role: "assistant", content: gettext("Reading …"), citations: [] });
  messages.append(line);
  line.scrollIntoView({ block: "nearest" });
  form.elements.message.value = "";
  try {
    await answer(text, line);
  } catch (failure) {
    line.remove();
    form.elements.message.value = text;
    showFailure(problem, failure);
  }
  button.disabled = false;
  form.elements.message.focus();
});

async function answer(text, line) {
  const body = { message: text, language: form.elements.language.value };
  if (conversation) body.conversation_id = conversation;
  const stream = await ask("POST", "/api/chat/stream/", body);
  let said = "";
  for await (const { event, data } of eventsOf(stream)) {
    if (event === "delta") {
      said += data.text;
      line.querySelector(".said").textContent = said;
    }
    if (event === "start") settle(data.conversation_id);
    if (event === "done") showMessage(data.message, line);
    if (event === "error") throw new Refusal(0, [data.message]);
  }
}

function settle(id) {
  if (conversation === id) return;
  conversation = id;
  history.replaceState(null, "", `?conversation=${id}`);
  document.getElementById("remove").hidden = false;
  showConversations().catch((failure) => showFailure(problem, failure));
}

form.elements.message.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
});

// --- the passage quoted ---

const fetchPage = newestOnly(
  async (signal, one) => {
    const number = one.page_number ?? 1;
    const page = await send("GET", `/api/documents/${one.document_id}/pages/${number}/`, undefined, { signal });
    return { page, one };
  },
  ({ page, one }) => {
    const mark = make("mark");
    // offsets count characters, as Python does; a script counts pairs of some as two
    const letters = [...page.text];
    mark.textContent = letters.slice(one.start, one.end).join("");
    const [before, behind] = [letters.slice(0, one.start), letters.slice(one.end)].map((part) => part.join(""));
    document.getElementById("page-text").replaceChildren(before, mark, behind);
    mark.scrollIntoView({ block: "center" });
  },
  (failure) => showFailure(passage.querySelector(".notice"), failure),
);

function openPassage(one) {
  document.getElementById("passage-title").textContent = placeOf(one);
  document.getElementById("passage-place").textContent = one.section_title;
  // until the page is there, what the answer itself brought
  document.getElementById("page-text").replaceChildren(make("mark", { textContent: one.quote ?? one.chunk_text }));
  show(passage.querySelector(".notice"), []);
  passage.showModal();
  // a document that was removed since leaves its answer with what was quoted
  if (one.document_id) fetchPage(one);
}

choose(conversation);
