// What every page does: signing out, local times, and whether all systems work.
import { send, signOut } from "./api.js";

document.getElementById("sign-out")?.addEventListener("click", signOut);

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
for (const time of document.querySelectorAll("time[datetime]")) {
  time.textContent = moment.format(new Date(time.dateTime));
}

const dot = document.getElementById("health-dot");
if (dot) {
  const text = document.getElementById("health-text");
  try {
    const health = await send("GET", "/api/health/");
    const notice = document.getElementById("work-notice");
    dot.dataset.state = notice ? "bad" : "good";
    text.textContent = notice?.textContent
      ?? interpolate(gettext("All systems work (version %s)."), [health.version]);
  } catch (failure) {
    dot.dataset.state = "bad";
    text.textContent = failure.message;
  }
}
