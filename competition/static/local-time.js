// Adds the reader's own zone to the times of a page, which are UTC, and counts down to them. Where .local-time surrounds
// one it can be read beside it, elsewhere it is its title. Without this script the pages say all that matters.
"use strict";

const sentence = document.currentScript.dataset.words;
const minutes = { dateStyle: "medium", timeStyle: "short" };
const language = document.documentElement.lang === "en" ? undefined : document.documentElement.lang;
const words = new Intl.DateTimeFormat(language, minutes);
const isUtc = new Date().getTimezoneOffset() === 0;

for (const time of isUtc ? [] : document.querySelectorAll("time[datetime]")) {
  const local = sentence.replace("TIME", words.format(new Date(time.dateTime)));
  time.title = local;
  if (time.closest(".local-time")) {
    const beside = document.createElement("small");
    beside.className = "quiet";
    beside.textContent = ` (${local})`;
    time.after(beside);
  }
}

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

// The two largest units of a span in seconds, such as "2 days, 3 hours".
function span(seconds) {
  const first = Math.max(UNITS.findIndex(([, size]) => seconds >= size), 0);
  const told = UNITS.slice(first, first + 2).map(([unit, size], place) => {
    const count = Math.floor(place ? (seconds % UNITS[first][1]) / size : seconds / size);
    return count && new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(count);
  });
  return told.filter(Boolean).join(", ");
}

// Counts by the server's clock, whatever this machine's says. More than a day away nothing but the minutes matters.
function countDown(part) {
  const end = Date.parse(part.dataset.until);
  const skew = Date.parse(part.dataset.now) - Date.now();
  const tick = () => {
    const left = Math.floor((end - Date.now() - skew) / 1000);
    const text = left > 0 ? part.dataset.pattern.replace("{time}", span(left)) : part.dataset.over;
    if (part.textContent !== text) part.textContent = text;
    if (left > 0) setTimeout(tick, left > 3600 ? 30000 : 1000 - (Date.now() % 1000));
  };
  tick();
}

// A year or more is told by the server alone: days would say less.
for (const part of document.querySelectorAll("[data-until]")) {
  if (Date.parse(part.dataset.until) - Date.parse(part.dataset.now) < 90 * 86400000) countDown(part);
}
