// Small reactions of the import pages: the fields of a new shop; on the mapping page the value of a column that is the
// same in every row, an example of the chosen header, and which headers are left.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const shop = (select) => {
    const holder = select.closest("[data-shop-choice]");
    for (const part of holder ? all("[data-new-shop]", holder) : []) part.hidden = select.value !== "new";
  };
  const example = (header) => {
    const at = all("#raw-rows thead th").findIndex((th) => th.textContent === header);
    const cells = at < 0 ? [] : all(`#raw-rows tbody tr td:nth-child(${at + 1})`).map((td) => td.textContent);
    return cells.find((text) => text) ?? "";
  };
  const chosen = (select) => {
    const input = document.getElementById(select.dataset.fixed);
    const fixed = select.value === "=";
    if (fixed && input.hidden) setTimeout(() => input.focus());
    input.hidden = !fixed;
    const line = select.closest(".imp-column");
    line.classList.toggle("is-set", select.value !== "");
    line.classList.remove("has-problem");
    for (const old of all(".imp-example, .zg-field-error", line)) old.remove();
    const text = select.value.startsWith("h:") ? example(select.value.slice(2)) : "";
    if (text) {
      const shown = document.createElement("span");
      shown.className = "imp-example";
      shown.textContent = text;
      input.after(shown);
    }
    left();
  };
  const left = () => {
    const used = new Set(all(".imp-column select").map((select) => select.value.slice(2)));
    for (const label of all(".imp-unused label")) label.hidden = used.has(label.querySelector("input").value);
  };
  document.addEventListener("change", (event) => {
    if (event.target.name === "shop") shop(event.target);
    if (event.target.dataset?.fixed) chosen(event.target);
  });
  for (const select of all("[data-shop-choice] select[name=shop]")) shop(select);
});
