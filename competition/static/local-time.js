// Adds the reader's own zone to the times of a page, which are UTC. Where .local-time surrounds one it can be read
// beside it, elsewhere it is its title. Without this script the pages say all that matters.
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
