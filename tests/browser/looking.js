// What axe does not look at. Each function returns sentences, none where all is well.
(() => {
  const TARGETS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const SMALLEST = 24;
  const named = (it) => it.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const seen = (it) => it.checkVisibility({ visibilityProperty: true }) && it.getClientRects().length > 0;

  // A link in the middle of a sentence is as high as its line: WCAG 2.5.8 leaves it out.
  const inSentence = (it) =>
    getComputedStyle(it).display === "inline" &&
    [...it.parentElement.childNodes].some((beside) => beside !== it && beside.textContent.trim().length > 1);

  function targets() {
    return [...document.querySelectorAll(TARGETS)]
      .filter((it) => seen(it) && !inSentence(it))
      .map((it) => [it, it.getBoundingClientRect()])
      .filter(([, box]) => box.right > 0 && (box.width < SMALLEST - 0.1 || box.height < SMALLEST - 0.1))
      .map(([it, box]) => `a target of ${box.width.toFixed(1)} by ${box.height.toFixed(1)}: ${named(it)}`);
  }

  const drawn = (it) => {
    const style = getComputedStyle(it);
    return [style.boxShadow, style.borderColor, style.backgroundColor].join();
  };

  function unseenFocus(it, before) {
    const style = getComputedStyle(it);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    return !outlined && drawn(it) === before;
  }

  // Something of it must be there for the eye, not all of it behind what sticks.
  function obscured(it) {
    return ![...it.getClientRects()].some((box) =>
      [[0.5, 0.5], [0.1, 0.5], [0.9, 0.5], [0.5, 0.1], [0.5, 0.9]].some(([x, y]) => {
        const hit = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
        return hit && (it === hit || it.contains(hit) || it.labels?.[0]?.contains(hit));
      }),
    );
  }

  // What has the focus now. Without knowing how it looked before, an outline is asked for.
  function one(it, before = drawn(it)) {
    const faults = [];
    if (unseenFocus(it, before)) faults.push(`the focus can't be seen on ${named(it)}`);
    if (obscured(it)) faults.push(`the focus is hidden on ${named(it)}`);
    return faults;
  }

  function focus() {
    const faults = [];
    for (const it of document.querySelectorAll(TARGETS)) {
      if (!seen(it) || it.disabled || it.tabIndex < 0) continue;
      const before = drawn(it);
      it.focus();
      if (document.activeElement === it) faults.push(...one(it, before));
    }
    document.activeElement.blur();
    scrollTo(0, 0);
    return faults;
  }

  // For those who asked for less of it.
  function motion() {
    return document
      .getAnimations()
      .filter((one) => one.playState === "running" && one.effect.getComputedTiming().duration > 10)
      .map((one) => `it moves: ${named(one.effect.target)}`);
  }

  function sideways() {
    const over = document.documentElement.scrollWidth - innerWidth;
    return over > 0 ? [`the page scrolls sideways by ${over} at a width of ${innerWidth}`] : [];
  }

  // Of a board rank, team, score and the drawn interval are in sight without scrolling.
  function columns() {
    return [...document.querySelectorAll(".board .drawn")]
      .map((it) => [it, it.getBoundingClientRect().right - it.closest(".table-scroll").getBoundingClientRect().right])
      .filter(([, over]) => over > 0.5)
      .map(([it, over]) => `out of sight by ${over.toFixed(1)}: ${named(it)}`);
  }

  // As printed: what only a screen can use is gone, and nothing lies beyond the edge or in what would have to be scrolled.
  function paper() {
    const faults = [];
    for (const it of document.querySelectorAll("header.site-header, footer.site-footer, nav, button, [role=button]"))
      if (seen(it)) faults.push(`printed though it is of no use on paper: ${named(it)}`);
    for (const it of document.querySelectorAll("main *")) {
      if (!seen(it) || it.closest("svg svg, .hidden")) continue;
      const scrolls = getComputedStyle(it).overflowX !== "visible" && it.scrollWidth > it.clientWidth + 1;
      if (scrolls || it.getBoundingClientRect().right > innerWidth + 1) faults.push(`cut off on paper: ${named(it)}`);
    }
    const [red, green, blue] = getComputedStyle(document.body).color.match(/\d+/g).map(Number);
    if (red + green + blue > 300) faults.push("printed in the colours of a dark screen");
    return faults;
  }

  const MARKS = "rect, path, polyline, polygon, line, circle, text";
  const WITHIN_A_LINE = ".area, .box-shared";
  const rgba = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (part) => (part <= 10 ? part / 3294 : ((part / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);

  // How far a colour of that opacity stands out from what is behind it, from 1 to 21 (WCAG 1.4.3).
  function contrast(colour, behind, opacity = 1) {
    const [red, green, blue, alpha = 1] = rgba(colour);
    const share = alpha * opacity;
    const seen = [red, green, blue].map((part, at) => share * part + (1 - share) * behind[at]);
    const [less, more] = [luminance(seen), luminance(behind)].sort((one, other) => one - other);
    return (more + 0.05) / (less + 0.05);
  }

  // Where the reader's own few colours are forced: what is drawn, marked or focused still stands out from the ground.
  function forced() {
    const ground = rgba(getComputedStyle(document.body).backgroundColor).slice(0, 3);
    const faults = [];
    const ask = (it, what, found, least) => {
      if (!(found >= least)) faults.push(`with forced colours ${what} at ${found.toFixed(1)}: ${named(it)}`);
    };
    for (const it of document.querySelectorAll(`main svg :is(${MARKS}):not(${WITHIN_A_LINE})`)) {
      if (!seen(it)) continue;
      const style = getComputedStyle(it);
      const colours = [style.fill, style.stroke].filter((colour) => colour !== "none");
      const opacity = Number(style.opacity);
      ask(it, "drawn", Math.max(0, ...colours.map((colour) => contrast(colour, ground, opacity))), 3);
    }
    const shades = new Set();
    for (const it of document.querySelectorAll(".shades i, td[class*='heat-']:not(.heat-none)")) {
      const style = getComputedStyle(it);
      if (it.matches(".shades i")) shades.add(style.background);
      else ask(it, "read", contrast(style.color, painted(it)), 4.5);
    }
    const levels = document.querySelectorAll(".shades i").length;
    if (shades.size < levels) faults.push(`with forced colours ${shades.size} of ${levels} shades are told apart`);
    for (const it of document.querySelectorAll(".board .own > *")) {
      const style = getComputedStyle(it);
      ask(it, "the own row", parseFloat(style.borderTopWidth) >= 2 ? contrast(style.borderTopColor, ground) : 0, 3);
    }
    const link = document.querySelector("main a[href]");
    link?.focus();
    if (link) ask(link, "the focus", contrast(getComputedStyle(link).outlineColor, ground), 3);
    link?.blur();
    return faults;
  }

  // A colour in whatever form, as it is painted.
  function painted(it) {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = getComputedStyle(it).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }

  function weight() {
    const sums = { html: [0, 0], css: [0, 0], js: [0, 0], others: [0, 0] };
    for (const one of performance.getEntries()) {
      if (!("decodedBodySize" in one)) continue;
      const kind = one.entryType === "navigation" ? "html" : one.name.match(/\.(css|js)$/)?.[1] || "others";
      sums[kind][0] += one.decodedBodySize;
      sums[kind][1] += one.encodedBodySize;
    }
    return sums;
  }

  window.looking = { targets, focus, one, motion, sideways, columns, paper, forced, weight };
})();
