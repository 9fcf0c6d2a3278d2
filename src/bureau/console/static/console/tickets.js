// The tickets of an officer's offices: the newest question is answered.
import { send, show, showFailure } from "./api.js";
import { afterPause, make, newestOnly, timeOf, written } from "./build.js";
import { clockOf, colourOf } from "./clock.js";

const words = written("state-words");
const form = document.getElementById("filters");
const problem = document.getElementById("problem");
const rows = document.getElementById("rows");
const PAGE_SIZE = 50;
const PAUSE = 200;
let page = 1;

const search = newestOnly(
  (signal) => {
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    if (page > 1) asked.set("page", page);
    history.replaceState(null, "", `${location.pathname}?${asked}`);
    return send("GET", `/tickets?${asked}`, undefined, { signal });
  },
  (answer) => {
    show(problem, []);
    rows.replaceChildren(...answer.data.map(rowOf));
    document.getElementById("table").hidden = !answer.data.length;
    document.getElementById("empty").hidden = answer.count > 0;
    const text = ngettext("%s ticket", "%s tickets", answer.count);
    document.getElementById("total").textContent = interpolate(text, [answer.count]);
    const pages = Math.max(1, Math.ceil(answer.count / PAGE_SIZE));
    document.getElementById("pages").hidden = pages < 2;
    document.getElementById("page-number").textContent = interpolate(gettext("Page %s of %s"), [page, pages]);
    document.getElementById("previous").disabled = !answer.previous;
    document.getElementById("next").disabled = !answer.next;
  },
  (failure) => showFailure(problem, failure),
);

function rowOf(ticket) {
  const one = ticket.grievance;
  const address = `${form.dataset.tickets}${ticket.ticket_id}/`;
  const place = [one.municipality, one.ward, one.village, ticket.place.district.name_en ?? one.district];
  const level = interpolate(gettext("Level %s"), [ticket.level]);
  const flags = [one.grievance_high_priority && gettext("High priority"), one.grievance_sensitive_issue && gettext("Sensitive")];
  return make(
    "tr",
    {},
    make("td", {}, make("a", { href: address, textContent: one.grievance_id }), small(flags.filter(Boolean).join(", "))),
    make("td", {}, badge(words[ticket.state] ?? ticket.state, colourOf(ticket.state)), small(level)),
    make("td", { textContent: one.grievance_categories.join(", ") }),
    make("td", { textContent: place.filter(Boolean).join(", ") }),
    make("td", {}, timeOf(ticket.opened_at.at), small(ticket.opened_at.bs_ne)),
    make("td", {}, ...timeLeft(ticket)),
  );
}

function timeLeft(ticket) {
  const clock = clockOf(ticket);
  return clock ? [badge(clock.text, clock.colour), small(clock.nepali)] : [];
}

function badge(textContent, status) {
  return make("span", { className: "badge", dataset: { status }, textContent });
}

function small(text) {
  return text ? make("small", { textContent: text }) : null;
}

function searchAnew() {
  page = 1;
  search();
}

const asked = new URLSearchParams(location.search);
for (const [name, value] of asked) if (form.elements[name]) form.elements[name].value = value;
page = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
form.addEventListener("input", afterPause(PAUSE, searchAnew));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  searchAnew();
});
for (const [id, step] of [["previous", -1], ["next", 1]]) {
  document.getElementById(id).addEventListener("click", () => {
    page += step;
    search();
    document.getElementById("found").focus();
  });
}
search();
