// The cases of an officer's offices: the newest question is answered.
import { send, show, showFailure } from "./api.js";
import { afterPause, make, newestOnly, timeOf, written } from "./build.js";
import { clockOf, colourOf } from "./clock.js";

const words = written("status-words");
const form = document.getElementById("filters");
const problem = document.getElementById("problem");
const rows = document.getElementById("rows");
const PAGE_SIZE = 50;
let page = 1;

const search = newestOnly(
  (signal) => {
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
    if (page > 1) asked.set("page", page);
    // what somebody looked for by telephone must not stay in the history of a shared computer
    asked.delete("phone");
    history.replaceState(null, "", `${location.pathname}?${asked}`);
    const phone = form.elements.phone.value.trim();
    if (phone) asked.set("phone", phone);
    return send("GET", `/api/grievances?${asked}`, undefined, { signal });
  },
  (answer) => {
    show(problem, []);
    rows.replaceChildren(...answer.data.map(rowOf));
    document.getElementById("table").hidden = !answer.data.length;
    document.getElementById("empty").hidden = answer.count > 0;
    const text = ngettext("%s case", "%s cases", answer.count);
    document.getElementById("total").textContent = interpolate(text, [answer.count]);
    const pages = Math.max(1, Math.ceil(answer.count / PAGE_SIZE));
    document.getElementById("pages").hidden = pages < 2;
    document.getElementById("page-number").textContent = interpolate(gettext("Page %s of %s"), [page, pages]);
    document.getElementById("previous").disabled = !answer.previous;
    document.getElementById("next").disabled = !answer.next;
  },
  (failure) => showFailure(problem, failure),
);

function rowOf(one) {
  const address = `${form.dataset.case}${encodeURIComponent(one.grievance_id)}/`;
  const clock = clockOf(one.grievance_timeline, one.status);
  const flags = [one.grievance_high_priority && gettext("High priority"), one.grievance_sensitive_issue && gettext("Sensitive")];
  return make(
    "tr",
    {},
    make("td", {}, make("a", { href: address, textContent: one.grievance_id }), make("small", { textContent: flags.filter(Boolean).join(", ") })),
    make("td", {}, make("span", { className: "badge", dataset: { status: colourOf(one.status) }, textContent: words[one.status] ?? one.status })),
    make("td", { textContent: one.grievance_categories.join(", ") }),
    make("td", { textContent: [one.municipality, one.ward, one.village, one.district].filter(Boolean).join(", ") }),
    make("td", {}, timeOf(one.grievance_creation_date)),
    make("td", {}, clock && make("span", { className: "badge", dataset: { status: clock.colour }, textContent: clock.text })),
  );
}

function searchAnew() {
  page = 1;
  search();
}

const asked = new URLSearchParams(location.search);
for (const [name, value] of asked) if (form.elements[name]) form.elements[name].value = value;
page = Math.max(1, Number.parseInt(asked.get("page"), 10) || 1);
form.addEventListener("input", afterPause(200, searchAnew));
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
