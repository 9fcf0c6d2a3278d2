// How much time is left for an answer.
const DAY = 86_400_000;
const FINAL = ["RESOLVED", "DENIED", "CLOSED"];

/** Words for people, and the colour of the badge; nothing for what is answered. */
export function clockOf(due, status) {
  if (!due || FINAL.includes(status)) return null;
  const left = new Date(due) - Date.now();
  const days = Math.floor(Math.abs(left) / DAY);
  if (left < 0) {
    const text = ngettext("%s day overdue", "%s days overdue", days);
    return { text: days ? interpolate(text, [days]) : gettext("Overdue since today"), colour: "FAILED" };
  }
  const text = ngettext("%s day left", "%s days left", days);
  return { text: days ? interpolate(text, [days]) : gettext("Due today"), colour: days < 3 ? "RUNNING" : "SUCCESS" };
}

/** The colour of a status's badge. */
export function colourOf(status) {
  if (FINAL.includes(status)) return "SUCCESS";
  return { ESCALATED: "FAILED", DISPUTED: "FAILED", UNDER_EVALUATION: "RUNNING" }[status] ?? "";
}
