// One job: events are hints that something changed, the API says how things stand.
import { send, show, showFailure, signInAgain } from "./api.js";
import { ChartCard } from "./chart.js";
import { listen } from "./socket.js";

const jobId = document.getElementById("job").dataset.id;
const words = JSON.parse(document.getElementById("status-words").textContent);
const titles = JSON.parse(document.getElementById("chart-titles").textContent);
const problem = document.getElementById("problem");
const [charts, log] = [document.getElementById("charts"), document.getElementById("log")];
const connection = document.getElementById("connection");
const cards = new Map();
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const OPEN = ["PENDING", "RUNNING"];
const PAUSE = 300;

/** Ask the API for a change, then show how things stand. */
async function change(address, body) {
  show(problem, []);
  try {
    await send("POST", address, body);
    refreshSoon();
  } catch (failure) {
    showFailure(problem, failure);
  }
}

let stale = false;
let busy = false;

/** Many events in a row cost one request, and one request at a time is on its way. */
async function refreshSoon() {
  stale = true;
  if (busy) return;
  busy = true;
  while (stale) {
    await new Promise((resume) => setTimeout(resume, PAUSE));
    stale = false;
    await refresh();
  }
  busy = false;
}

async function refresh() {
  try {
    render(await send("GET", `/api/jobs/${jobId}/`));
  } catch (failure) {
    showFailure(problem, failure);
  }
}

function render(job) {
  const badge = document.getElementById("status");
  badge.dataset.status = job.status;
  badge.textContent = words[job.status];
  document.getElementById("progress").value = job.progress;
  document.getElementById("cancel").hidden = !OPEN.includes(job.status);
  document.getElementById("zip").hidden = !job.images.some((task) => task.status === "SUCCESS");
  for (const task of job.images) {
    const told = job.description_tasks.filter((one) => one.image_task === task.id);
    cardOf(task).update(task, told.sort((one, other) => one.id - other.id).at(-1), job);
  }
}

function cardOf(task) {
  if (!cards.has(task.id)) {
    const card = new ChartCard(titles[task.algorithm_key] ?? task.algorithm_key, words, change);
    cards.set(task.id, card);
    charts.append(card.element);
  }
  return cards.get(task.id);
}

function write(event) {
  const line = document.createElement("li");
  line.dataset.level = event.level;
  const time = document.createElement("time");
  time.dateTime = event.created_at;
  time.textContent = clock.format(new Date(event.created_at));
  const text = document.createElement("span");
  const about = event.entity_type === "job" ? "" : `${subjectOf(event)}: `;
  text.textContent = about + event.message;
  line.append(time, text);
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  log.append(line);
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function subjectOf(event) {
  if (event.entity_type === "image_task") {
    return cards.get(event.entity_id)?.title ?? interpolate(gettext("Chart %s"), [event.entity_id]);
  }
  const nouns = { dataset: gettext("Data"), description_task: gettext("Description") };
  return nouns[event.entity_type] ?? event.entity_type;
}

// the charts first: the log calls them by their titles
await refresh();
listen(`/ws/jobs/${jobId}/`, {
  event(event) {
    write(event);
    refreshSoon();
  },
  connected(yes) {
    connection.textContent = yes ? gettext("Live") : gettext("Reconnecting …");
    if (yes) refreshSoon();
  },
  ended(signInNeeded) {
    if (signInNeeded) signInAgain();
    else connection.textContent = gettext("This job is not there any more.");
  },
});

document.getElementById("cancel").addEventListener("click", () => change(`/api/jobs/${jobId}/cancel/`));
