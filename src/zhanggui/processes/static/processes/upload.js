// Small reactions of the import pages: the fields of a new shop, the value of a column that is the same in every row.
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const shop = (select) => {
    const holder = select.closest("[data-shop-choice]");
    for (const part of holder?.querySelectorAll("[data-new-shop]") ?? []) part.hidden = select.value !== "new";
  };
  const fixed = (select) => {
    const input = document.getElementById(select.dataset.fixed);
    if (!input) return;
    const shown = select.value === "=";
    if (shown && input.hidden) setTimeout(() => input.focus());
    input.hidden = !shown;
    const line = select.closest(".imp-column");
    line.classList.toggle("is-set", select.value !== "");
    line.querySelector(".imp-example")?.remove();
  };
  document.addEventListener("change", (event) => {
    if (event.target.name === "shop") shop(event.target);
    if (event.target.dataset?.fixed) fixed(event.target);
  });
  for (const select of document.querySelectorAll("[data-shop-choice] select[name=shop]")) shop(select);
});
