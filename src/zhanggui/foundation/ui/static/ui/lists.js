/* Lists and forms: rows by keyboard, selection with a bulk bar, columns, wide tables, files dropped. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { $, $$, remember, typing } = window.zg;

  /* rows by keyboard */
  const rows = () => $$("table[data-rows] tbody tr").filter((row) => row.offsetParent !== null && row.cells.length > 1);
  const current = () => $("tr.is-current");
  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
    current()?.classList.remove("is-current");
    next.classList.add("is-current");
    next.tabIndex = -1;
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    clearTimeout(following); // an open side panel follows the row once the reader stops
    if ($("#panel-frame")?.hidden === false) following = setTimeout(() => open(next), 180);
  };
  let following = null;
  const open = (row) => {
    const link = $("[data-open]", row) || $("a[href], a[hx-get]", row);
    link?.click();
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]") || typing(event.target)) return;
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "Enter" && event.target.matches?.("tr.is-current")) open(event.target);
    else if (event.key === "x" && current()) $('.check input[type="checkbox"]', current())?.click();
    else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const row = event.target.closest?.("tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, select")) return;
    if (String(getSelection())) return;
    open(row);
  });

  /* selection */
  const boxes = (table) => $$('tbody .check input[type="checkbox"]', table);
  const count = (table) => {
    const all = boxes(table);
    const picked = all.filter((box) => box.checked);
    all.forEach((box) => box.closest("tr").classList.toggle("is-picked", box.checked));
    const head = $("[data-check-all]", table);
    if (head) {
      head.checked = all.length > 0 && picked.length === all.length;
      head.indeterminate = picked.length > 0 && picked.length < all.length;
    }
    const holder = table.closest(".zg-table-frame");
    const bulk = holder && $(".zg-table-bulk", holder);
    if (!bulk) return;
    bulk.hidden = picked.length === 0;
    $$(".zg-table-plain", holder).forEach((part) => { part.hidden = picked.length > 0; });
    $$("[data-picked]", bulk).forEach((place) => { place.textContent = String(picked.length); });
  };
  document.addEventListener("change", (event) => {
    const table = event.target.closest?.(".zg-table");
    if (!table || !event.target.closest(".check")) return;
    if (event.target.matches("[data-check-all]")) boxes(table).forEach((box) => { box.checked = event.target.checked; });
    count(table);
  });
  let lastBox = null;
  document.addEventListener("click", (event) => {
    const box = event.target.closest?.('tbody .check input[type="checkbox"]');
    if (!box) {
      const clear = event.target.closest?.("[data-check-none]");
      if (!clear) return;
      const table = $(".zg-table", clear.closest(".zg-table-frame"));
      boxes(table).forEach((one) => { one.checked = false; });
      count(table);
      return;
    }
    const table = box.closest("table");
    const all = boxes(table);
    if (event.shiftKey && all.includes(lastBox)) {
      const [from, to] = [all.indexOf(lastBox), all.indexOf(box)].sort((a, b) => a - b);
      all.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
      count(table);
    }
    lastBox = box;
  });

  /* columns a reader hides stay hidden */
  const applyColumns = (table) => {
    const hidden = new Set(remember(`columns:${table.id}`) || $$("thead th[data-col-off]", table).map((th) => th.dataset.col));
    const heads = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells || [])];
    heads.forEach((th, index) => {
      if (!th.dataset.col) return;
      const off = hidden.has(th.dataset.col);
      [...table.rows].forEach((row) => { if (row.cells.length === heads.length) row.cells[index].hidden = off; });
    });
    widths.forEach((check) => check());
  };
  const fillChooser = (menu) => {
    const table = document.getElementById(menu.dataset.columnsOf);
    if (!table) return;
    menu.replaceChildren(...$$("thead th[data-col]", table).map((th) => {
      const label = document.createElement("label");
      label.className = "dropdown-item";
      const box = document.createElement("input");
      box.type = "checkbox";
      box.className = "form-check-input";
      box.checked = !th.hidden;
      box.value = th.dataset.col;
      label.append(box, th.dataset.colName || th.textContent.trim());
      return label;
    }));
  };
  document.addEventListener("show.bs.dropdown", (event) => {
    const menu = event.target.parentElement.querySelector("[data-columns-of]");
    if (menu) fillChooser(menu);
  });
  document.addEventListener("change", (event) => {
    const menu = event.target.closest?.("[data-columns-of]");
    if (!menu) return;
    remember(`columns:${menu.dataset.columnsOf}`, $$("input", menu).filter((box) => !box.checked).map((box) => box.value));
    applyColumns(document.getElementById(menu.dataset.columnsOf));
  });

  /* a table wider than its place scrolls inside it; otherwise its head sticks to the page */
  const widths = [];
  const watchWidth = (holder) => {
    const check = () => {
      holder.classList.remove("is-wide");
      const wide = holder.scrollWidth > holder.clientWidth + 1;
      holder.classList.toggle("is-wide", wide);
      if (wide) holder.tabIndex = 0;
      else holder.removeAttribute("tabindex");
    };
    widths.push(check);
    new ResizeObserver(check).observe(holder);
    check();
  };

  /* files */
  const size = (bytes) => bytes < 1048576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  const listFiles = (input) => {
    const list = input.closest(".zg-drop").nextElementSibling;
    if (!list?.matches(".zg-drop-list")) return;
    list.replaceChildren(...[...input.files].map((file) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      name.textContent = file.name;
      const weight = document.createElement("span");
      weight.className = "zg-quiet";
      weight.textContent = size(file.size);
      item.append(window.zg.icon("file-spreadsheet"), name, weight);
      return item;
    }));
  };
  ["dragenter", "dragover"].forEach((kind) => document.addEventListener(kind, (event) => {
    event.target.closest?.(".zg-drop")?.classList.add("is-over");
  }));
  ["dragleave", "drop"].forEach((kind) => document.addEventListener(kind, (event) => {
    event.target.closest?.(".zg-drop")?.classList.remove("is-over");
  }));
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".zg-drop input")) return;
    listFiles(event.target);
    if (event.target.files.length && event.target.closest("[data-send-at-once]")) event.target.form.requestSubmit();
  });

  const prepare = (root) => {
    const within = (selector) => [...(root.matches?.(selector) ? [root] : []), ...$$(selector, root)];
    within(".zg-table-scroll").forEach(watchWidth);
    within("table.zg-table[id]").forEach((table) => { applyColumns(table); count(table); });
  };
  prepare(document.body);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) prepare(event.detail.elt); });
});
