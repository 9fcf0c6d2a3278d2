// My rooms, and a form to open one.
import { send, show, showFailure } from "./api.js";
import { copyOf, make, when } from "./build.js";

const problem = document.getElementById("problem");
const [list, more] = [document.getElementById("rooms"), document.getElementById("more")];
const form = document.getElementById("room-form");
const notice = form.querySelector(".notice");
let page = 1;

async function showRooms() {
  try {
    const { results, next, count } = await send("GET", `/api/chat-rooms/?page=${page}`);
    list.append(...results.map(lineOf));
    more.hidden = !next;
    document.getElementById("empty").hidden = count > 0;
  } catch (failure) {
    showFailure(problem, failure);
  }
  list.removeAttribute("aria-busy");
}

function lineOf(room) {
  const line = copyOf("room-template");
  const last = room.last_message;
  line.querySelector("a").href = `${form.dataset.rooms}${room.id}/`;
  line.querySelector(".name").textContent = room.name;
  const badge = line.querySelector(".badge");
  badge.textContent = room.is_active ? `${room.patient_language} ↔ ${room.doctor_language}` : gettext("Closed");
  line.querySelector(".said").textContent = last ? last.text : gettext("Nothing was said yet.");
  const count = ngettext("%s message", "%s messages", room.message_count);
  const people = room.participants.map(({ name }) => name).join(", ");
  const told = [interpolate(count, [room.message_count]), people, when(last?.created_at ?? room.created_at)];
  line.querySelector(".about").textContent = told.filter(Boolean).join(" · ");
  return line;
}

async function offerPeople() {
  const select = form.elements.invited;
  try {
    const people = await send("GET", select.dataset.people);
    select.append(
      ...people.map(({ id, username, first_name, last_name }) =>
        make("option", { value: id, textContent: `${first_name} ${last_name}`.trim() || username }),
      ),
    );
  } catch (failure) {
    showFailure(notice, failure);
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { invited, ...fields } = Object.fromEntries(new FormData(form));
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  show(notice, []);
  try {
    const participants = invited ? [Number(invited)] : [];
    const room = await send("POST", "/api/chat-rooms/", { ...fields, participants });
    location.assign(`${form.dataset.rooms}${room.id}/`);
  } catch (failure) {
    button.disabled = false;
    showFailure(notice, failure);
  }
});

more.addEventListener("click", () => {
  page += 1;
  showRooms();
});

offerPeople();
showRooms();
