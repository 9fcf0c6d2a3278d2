// How a ticket stands in time, in words for people and the colour of a badge.
import { when } from "./build.js";

const SOON = 86_400_000;
const ANSWERED = ["RESOLVED", "CLOSED"];
const LATE = { response: gettext("Response overdue"), resolution: gettext("Resolution overdue") };
const COLOURS = { IN_PROGRESS: "RUNNING", GRC_HEARING_SCHEDULED: "RUNNING", ESCALATED: "FAILED", RESOLVED: "SUCCESS", CLOSED: "SUCCESS" };

/** What is due next; nothing for a ticket that was answered. */
export function clockOf(ticket) {
  if (ANSWERED.includes(ticket.state)) return null;
  if (ticket.late) return { text: LATE[ticket.late], colour: "FAILED" };
  const answered = ticket.responded_at !== null;
  const due = answered ? ticket.resolve_by : ticket.respond_by;
  if (!due) return null;
  const words = answered ? gettext("Resolve by %s") : gettext("Respond by %s");
  const soon = new Date(due.at) - Date.now() < SOON;
  return { text: interpolate(words, [when(due.at)]), colour: soon ? "RUNNING" : "SUCCESS", nepali: due.bs_ne };
}

/** The colour of a state's badge. */
export function colourOf(state) {
  return COLOURS[state] ?? "";
}
