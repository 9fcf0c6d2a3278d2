// Following a complaint: number and code give a token, which opens this one case for an hour.
import { send, show, showFailure } from "./api.js";
import { make, timeOf, when, written } from "./build.js";

const words = written("words");
const form = document.getElementById("receipt-form");
const notice = form.querySelector(".notice");
const dispute = document.getElementById("dispute");
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
  document.getElementById("facts").replaceChildren(
    ...facts.flatMap(([name, value]) => [make("dt", { textContent: name }), make("dd", { textContent: value })]),
  );
  document.getElementById("proof").textContent = inLog ? words.proof : words.no_proof;
  document.getElementById("history").replaceChildren(...data.status_history.filter((one) => one.status_code).map(lineOf));
  dispute.hidden = !data.next_statuses.includes("DISPUTED");
  document.getElementById("found").hidden = false;
}

function inLanguage(words_, name) {
  return (language === "ne" ? words_[`${name}_ne`] : words_[`${name}_en`] ?? words_[name]) ?? "";
}

function lineOf(change) {
  const name = make("strong", { textContent: inLanguage(change, "status_name") });
  return make("li", {}, timeOf(change.created_at), " ", name, change.notes ? `: ${change.notes}` : null);
}

dispute.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { grievance_id: id, token } = opened;
  const body = { status_code: "DISPUTED", notes: dispute.elements.notes.value };
  try {
    await send("POST", `/api/grievance/${encodeURIComponent(id)}/status`, body, { token });
    dispute.reset();
    await showCase();
  } catch (failure) {
    showFailure(dispute.querySelector(".notice"), failure);
  }
});
