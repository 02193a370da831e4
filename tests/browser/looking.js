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

  window.looking = { targets, focus, one, motion, sideways, paper, weight };
})();
