"use strict";

// Replays the journey: the scrubber picks a moment, the code, the list and the picture follow.
// Everything is put on the page as text; no HTML is made from data.
(() => {
  const STEP_MS = 900;
  const byId = (id) => document.getElementById(id);
  const make = (name, className, text) => {
    const element = document.createElement(name);
    if (className) element.className = className;
    if (text) element.textContent = text;
    return element;
  };

  const data = JSON.parse(byId("data").textContent);
  const moments = [...byId("moments").children];
  const scrubber = byId("scrubber");
  const code = byId("code");

  let shown = moments.map((_, index) => index); // the moments that pass the filters
  let current = -1;
  let playing = 0;

  // --- code ---------------------------------------------------------------------------------------------------

  // What a view shows: rows of [mark, line], where the mark is "+", "-" or empty.
  const views = [];
  for (const [start, ...steps] of data.views) {
    const before = start < 0 ? [] : views[start].filter(([mark]) => mark !== "-");
    const rows = [];
    let at = 0;
    for (const step of steps) {
      if (Array.isArray(step)) {
        for (const line of step) rows.push(["+", line]);
      } else if (step.as) {
        for (const line of step.as) rows.push(["", line]);
        at += step.as.length;
      } else {
        const mark = step < 0 ? "-" : "";
        for (const end = at + Math.abs(step); at < end; at += 1) rows.push([mark, before[at][1]]);
      }
    }
    views.push(rows);
  }

  const compared = (index, rows) => {
    const added = rows.filter(([mark]) => mark === "+").length;
    const removed = rows.filter(([mark]) => mark === "-").length;
    const save = data.since[index];
    const then = save < 0 ? "the beginning" : `the save at ${moments[save].querySelector("time").textContent}`;
    const changed = added || removed ? `${added} added, ${removed} removed` : "unchanged";
    return `${data.files[index]} · ${changed} since ${then}`;
  };

  const rowOf = ([mark, line]) => {
    const row = make({ "+": "ins", "-": "del", "": "span" }[mark]);
    const pieces = data.lines[line];
    for (let i = 0; i < pieces.length; i += 2) {
      row.append(pieces[i] ? make("span", pieces[i], pieces[i + 1]) : pieces[i + 1]);
    }
    row.append("\n");
    return row;
  };

  // Puts rows on the page, and leaves alone what is there already at the beginning and at the end.
  let drawn = [];
  const lines = code.firstElementChild;
  const draw = (rows) => {
    const same = (i, j) => drawn[i][0] === rows[j][0] && drawn[i][1] === rows[j][1];
    const most = Math.min(drawn.length, rows.length);
    let head = 0;
    while (head < most && same(head, head)) head += 1;
    let tail = 0;
    while (tail < most - head && same(drawn.length - 1 - tail, rows.length - 1 - tail)) tail += 1;
    const there = [...lines.children];
    for (const row of there.slice(head, there.length - tail)) row.remove();
    const fresh = document.createDocumentFragment();
    fresh.append(...rows.slice(head, rows.length - tail).map(rowOf));
    lines.insertBefore(fresh, lines.children[head] ?? null);
    drawn = rows;
    let number = 0;
    for (const row of lines.children) {
      const wanted = (row.localName === "del" ? "" : String((number += 1))).padStart(4);
      if (row.dataset.line !== wanted) row.dataset.line = wanted;
    }
  };

  const showCode = (index) => {
    const rows = views[data.at[index]];
    byId("compared").textContent = rows ? compared(index, rows) : "no code yet";
    if (drawn === rows) return;
    draw(rows ?? []);
    const change = code.querySelector("ins, del");
    if (!change) return;
    const top = change.offsetTop;
    const seen = top >= code.scrollTop && top < code.scrollTop + code.clientHeight - 20;
    if (!seen) code.scrollTop = top - code.clientHeight / 3;
  };

  // --- moving -------------------------------------------------------------------------------------------------

  const linkOf = (index) => moments[index].firstElementChild;

  const go = (index, { follow = true } = {}) => {
    if (current >= 0) {
      linkOf(current).removeAttribute("aria-current");
      moments[current].classList.remove("now");
    }
    current = index;
    const place = shown.indexOf(index);
    scrubber.value = place;
    const link = linkOf(index);
    const when = link.querySelector("time").textContent;
    scrubber.setAttribute("aria-valuetext", `${place + 1} of ${shown.length}, ${when}, ${link.firstChild.textContent}`);
    byId("where").textContent = `${place + 1} of ${shown.length} · ${when}`;
    byId("cursor").setAttribute("x", `${data.places[index]}%`);
    link.setAttribute("aria-current", "step");
    moments[index].classList.add("now");
    showCode(index);
    if (follow) reveal(moments[index]);
  };

  // Scrolls the list alone: the page stays where the reader put it.
  const list = byId("moments");
  const reveal = (item) => {
    const room = Math.max(0, (list.clientHeight - item.offsetHeight) / 3);
    list.scrollTop = item.offsetTop - room;
  };

  const step = (by) => {
    const place = shown.indexOf(current) + by;
    if (place >= 0 && place < shown.length) go(shown[place]);
    return place < shown.length - 1;
  };

  const stop = () => {
    clearInterval(playing);
    playing = 0;
    byId("play").textContent = "Play";
  };

  const play = () => {
    if (playing) return stop();
    if (current === shown.at(-1)) go(shown[0]);
    byId("play").textContent = "Pause";
    playing = setInterval(() => step(1) || stop(), STEP_MS);
  };

  let frame = 0;
  scrubber.addEventListener("input", () => {
    stop();
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => go(shown[scrubber.valueAsNumber]));
  });

  byId("play").addEventListener("click", play);
  byId("back").addEventListener("click", () => (stop(), step(-1)));
  byId("forward").addEventListener("click", () => (stop(), step(1)));

  list.addEventListener("click", (event) => {
    const item = event.target.closest("#moments > li");
    if (!item || event.target.closest("summary, .prose a") || String(getSelection())) return;
    stop();
    go(moments.indexOf(item), { follow: false });
  });

  const axis = byId("axis");
  axis.addEventListener("click", (event) => {
    const box = axis.getBoundingClientRect();
    const place = (100 * (event.clientX - box.left)) / box.width;
    const far = (index) => Math.abs(data.places[index] - place);
    stop();
    go(shown.reduce((best, index) => (far(index) < far(best) ? index : best)));
  });

  const KEYS = {
    ArrowLeft: () => step(-1),
    ArrowRight: () => step(1),
    Home: () => go(shown[0]),
    End: () => go(shown.at(-1)),
  };
  document.addEventListener("keydown", (event) => {
    const busy = event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
    if (busy || event.target.closest("input, #code")) return;
    if (event.key === " " && !event.target.closest("button, summary, a")) play();
    else if (KEYS[event.key]) (stop(), KEYS[event.key]());
    else return;
    event.preventDefault();
  });

  // --- filters ------------------------------------------------------------------------------------------------

  const filter = () => {
    const on = new Set([...byId("filters").querySelectorAll(":checked")].map((box) => box.value));
    for (const item of moments) item.hidden = !on.has(item.dataset.kind);
    for (const lane of axis.querySelectorAll(".marks")) lane.classList.toggle("off", !on.has(lane.dataset.kind));
    const kept = moments.map((_, index) => index).filter((index) => !moments[index].hidden);
    const none = kept.length === 0;
    shown = none ? shown : kept;
    for (const control of [scrubber, byId("play"), byId("back"), byId("forward")]) control.disabled = none;
    scrubber.max = shown.length - 1;
    if (none) {
      byId("where").textContent = "nothing to show";
      return;
    }
    go(kept.find((index) => index >= current) ?? kept.at(-1));
  };
  byId("filters").addEventListener("change", filter);

  // --- the beginning --------------------------------------------------------------------------------------------

  const fromAddress = () => moments.indexOf(byId(decodeURIComponent(location.hash.slice(1))));
  addEventListener("hashchange", () => fromAddress() >= 0 && go(fromAddress()));
  addEventListener("resize", () => reveal(moments[current]));
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });
  filter(); // a browser may have kept the boxes of an earlier visit
  go(Math.max(0, fromAddress()));
})();
