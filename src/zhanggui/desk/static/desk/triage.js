/* The list by keyboard: j/k move, Enter opens beside it, t takes, a assigns, d does, s puts off, x dismisses. */
(() => {
  "use strict";
  const { $, $$, typing } = window.zg;
  const rows = () => $$("[data-finding]").filter((row) => row.offsetParent !== null);
  const current = () => $("[data-finding].is-current");
  const mark = (row) => {
    current()?.classList.remove("is-current");
    row.classList.add("is-current");
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  };
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    mark(all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))]);
    if ($("#panel-frame")?.hidden === false) show(current(), "");
  };
  const show = (row, form) => {
    const href = row.dataset.href + (form ? `?do=${form}` : "");
    window.htmx.ajax("GET", href, { target: "#panel" });
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    Enter: (row) => row && show(row, ""),
    t: (row) => row && window.htmx.ajax("POST", `${row.dataset.href}take/`, { target: "#panel" }),
    a: (row) => row && show(row, "assign"),
    s: (row) => row && show(row, "snooze"),
    x: (row) => row && show(row, "dismiss"),
    d: (row) => {
      if (row?.dataset.do) location.assign(row.dataset.do);
      else if (row) show(row, "");
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]") || typing(event.target)) return;
    const act = keys[event.key];
    if (!act || (event.key === "Enter" && !event.target.matches?.("[data-finding]"))) return;
    act(current());
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("[data-finding]");
    if (row && event.target.closest("[data-open]")) mark(row);
  });
  /* After a decision the list is fetched again, and the place in it kept. */
  document.body.addEventListener("findings-changed", () => {
    const id = current()?.dataset.finding;
    window.htmx
      .ajax("GET", location.href, { target: "#attention", select: "#attention", swap: "outerHTML" })
      .then(() => {
        const row = id && $(`[data-finding="${id}"]`);
        if (row) row.classList.add("is-current");
      });
  });
})();
