// Following a complaint: number and code give a token, which opens this one case for an hour.
import { send, show, showFailure } from "./api.js";
import { make, timeOf, when, written } from "./build.js";

const words = written("words");
const form = document.getElementById("receipt-form");
const notice = form.querySelector(".notice");
const dispute = document.getElementById("dispute");
const writing = document.getElementById("write");
const agreeing = document.getElementById("agree");
const ANSWERED = ["RESOLVED", "DENIED", "CLOSED"];
const language = form.dataset.language;
let opened = null;

form.elements.grievance_id.value = new URLSearchParams(location.search).get("id") ?? "";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  show(notice, []);
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const { data } = await send("POST", "/receipt", Object.fromEntries(new FormData(form)));
    opened = data;
    await showCase();
    document.getElementById("found-title").focus();
  } catch (failure) {
    showFailure(notice, failure);
  }
  button.disabled = false;
});

async function showCase() {
  const { grievance_id: id, token, in_log: inLog } = opened;
  const path = encodeURIComponent(id);
  const { grievance, current_status: status } = await send("GET", `/grievance-status/${path}?language=${language}`, undefined, { token });
  const { data } = await send("GET", `/api/grievance/${path}`, undefined, { token });
  document.getElementById("status").textContent = inLanguage(status, "status_name");
  document.getElementById("in-words").textContent = grievance.in_words;
  const facts = [[words.number, id], [words.submitted, when(grievance.submitted_at)], [words.due, when(grievance.due_at)]];
  if (grievance.hearing_on) facts.push([words.hearing, grievance.hearing_on]);
  document.getElementById("facts").replaceChildren(
    ...facts.flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]),
  );
  document.getElementById("proof").textContent = inLog ? words.proof : words.no_proof;
  const told = data.status_history.filter((one) => one.status_code || one.notes || one.change_type === "satisfied");
  document.getElementById("history").replaceChildren(...told.map(lineOf));
  dispute.hidden = !data.next_statuses.includes("DISPUTED");
  writing.hidden = !grievance.may_write;
  document.getElementById("thanks").hidden = !grievance.satisfied;
  agreeing.hidden = grievance.satisfied || !ANSWERED.includes(status.status_code);
  document.getElementById("found").hidden = false;
}

function inLanguage(words_, name) {
  return (language === "ne" ? words_[`${name}_ne`] : words_[`${name}_en`] ?? words_[name]) ?? "";
}

function lineOf(change) {
  const name = make("strong", { textContent: titleOf(change) });
  const said = change.notes && make("span", { className: "quote", textContent: change.notes });
  return make("li", {}, timeOf(change.created_at), " ", name, said || null);
}

function titleOf(change) {
  if (change.status_code) return inLanguage(change, "status_name");
  if (change.change_type === "satisfied") return words.satisfied;
  return change.created_by === "complainant" ? words.from_you : words.from_office;
}

/** Send what a form says about the opened case, then show how the case stands. */
function sends(sent, verb, bodyOf) {
  sent.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { grievance_id: id, token } = opened;
    const problem = sent.querySelector(".notice");
    show(problem, []);
    try {
      await send("POST", `/api/grievance/${encodeURIComponent(id)}/${verb}`, bodyOf(sent.elements), { token });
      sent.reset();
      await showCase();
    } catch (failure) {
      showFailure(problem, failure);
    }
  });
}

sends(dispute, "status", ({ notes }) => ({ status_code: "DISPUTED", notes: notes.value }));
sends(writing, "messages", ({ text }) => ({ text: text.value }));
sends(agreeing, "satisfaction", () => ({}));

// whoever comes back to the page sees what the office wrote meanwhile
document.addEventListener("visibilitychange", () => {
  if (opened && document.visibilityState === "visible") showCase().catch((failure) => showFailure(notice, failure));
});
