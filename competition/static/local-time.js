// Adds the reader's own zone to the times of a page, which are UTC. Where .local-time surrounds one it can be read
// beside it, elsewhere it is its title. Without this script the pages say all that matters.
"use strict";

const minutes = { dateStyle: "medium", timeStyle: "short" };
const words = new Intl.DateTimeFormat(undefined, minutes);
const isUtc = new Date().getTimezoneOffset() === 0;

for (const time of isUtc ? [] : document.querySelectorAll("time[datetime]")) {
  const local = `${words.format(new Date(time.dateTime))} your time`;
  time.title = local;
  if (time.closest(".local-time")) {
    const beside = document.createElement("small");
    beside.className = "quiet";
    beside.textContent = ` (${local})`;
    time.after(beside);
  }
}
