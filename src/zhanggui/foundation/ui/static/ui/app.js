/* The frame's behaviour: search, side panel, menus, keys, theme, unsaved work, messages. No inline handlers. */
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const icons = ($("svg.zg-icon use")?.getAttribute("href") || "").split("#")[0];
  const zg = (window.zg = { $, $$ });

  zg.icon = (name) => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "zg-icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${icons}#${name}`);
    svg.append(use);
    return svg;
  };
  zg.typing = (target) => target.closest?.("input, textarea, select, [contenteditable], dialog") !== null;

  /* what one reader's browser remembers */
  const user = document.body?.dataset.user || "";
  zg.remember = (key, value) => {
    const name = `zg:${user}:${key}`;
    try {
      if (value === undefined) return JSON.parse(localStorage.getItem(name));
      localStorage.setItem(name, JSON.stringify(value));
    } catch { /* storage may be off: nothing is remembered */ }
    return value === undefined ? null : value;
  };
  const cookie = (name, value) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${name}=${value}; Path=/; SameSite=Lax; Max-Age=${value ? 31536000 : 0}${secure}`;
  };

  /* messages */
  zg.toast = (text) => {
    const box = $("#toasts");
    if (!box) return;
    const toast = document.createElement("div");
    toast.className = "zg-toast";
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.setAttribute("aria-label", box.dataset.close);
    close.append(zg.icon("x"));
    close.addEventListener("click", () => toast.remove());
    toast.append(words, close);
    box.append(toast);
    setTimeout(() => toast.remove(), 8000);
  };
  document.addEventListener("htmx:responseError", (event) => {
    const box = $("#toasts");
    if (!box || event.detail.elt?.closest("[data-quiet]")) return;
    const { status } = event.detail.xhr;
    zg.toast(status === 403 ? box.dataset.forbidden : box.dataset.failed.replace("%s", status));
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (!event.detail.elt?.closest("[data-quiet]")) zg.toast($("#toasts").dataset.offline);
  });

  /* one question, asked the same way everywhere */
  zg.ask = (text) => new Promise((resolve) => {
    const dialog = $("#confirm");
    $("#confirm-text", dialog).textContent = text;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

  /* unsaved work: forms with data-guard */
  const dirty = new Set();
  const unsaved = (root = document) => {
    dirty.forEach((form) => { if (!form.isConnected) dirty.delete(form); });
    return [...dirty].some((form) => root.contains(form));
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest?.("form[data-guard]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target));
  window.addEventListener("beforeunload", (event) => { if (unsaved()) event.preventDefault(); });
  document.addEventListener("htmx:confirm", (event) => {
    const { question, target, elt, issueRequest } = event.detail;
    const losing = target && elt.closest("form") === null && unsaved(target);
    if (!question && !losing) return;
    event.preventDefault();
    zg.ask(question || $("#confirm-text").dataset.unsaved).then((yes) => {
      if (!yes) return;
      if (losing) dirty.clear();
      issueRequest(true);
    });
  });

  /* side panel */
  const frame = $("#panel-frame");
  let opener = null;
  zg.openPanel = () => {
    if (!frame || !frame.hidden) return;
    opener = document.activeElement;
    frame.hidden = false;
    frame.focus({ preventScroll: true });
  };
  zg.closePanel = async () => {
    if (!frame || frame.hidden) return;
    if (unsaved(frame) && !(await zg.ask($("#confirm-text").dataset.unsaved))) return;
    frame.hidden = true;
    $("#panel").replaceChildren();
    $$(".is-open", document).forEach((row) => row.classList.remove("is-open"));
    opener?.focus?.({ preventScroll: true });
  };
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target?.id !== "panel") return;
    $$("tr.is-open").forEach((row) => row.classList.remove("is-open"));
    event.detail.elt.closest("tr")?.classList.add("is-open");
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "panel") return;
    $("#panel").scrollTop = 0;
    zg.openPanel();
  });
  if (frame && $("#panel").children.length) zg.openPanel();

  /* popovers stand beside what opened them */
  document.addEventListener("toggle", (event) => {
    const box = event.target;
    if (event.newState !== "open" || !box.matches?.(".zg-popover")) return;
    const from = $(`[popovertarget="${CSS.escape(box.id)}"]`);
    if (!from) return;
    const at = from.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box;
    const below = at.bottom + 6 + height <= innerHeight || at.top < height;
    box.style.left = `${Math.max(8, Math.min(at.left - 12, innerWidth - width - 8))}px`;
    box.style.top = `${below ? at.bottom + 6 : at.top - height - 6}px`;
  }, true);
  addEventListener("scroll", () => $$(".zg-popover:popover-open").forEach((box) => box.hidePopover()), { passive: true });

  /* theme and the colour of a good change */
  const choose = (selector, button) => $$(selector).forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
  const setTheme = (button) => {
    const theme = button.dataset.themeSet;
    if (theme) document.documentElement.dataset.bsTheme = theme;
    else delete document.documentElement.dataset.bsTheme;
    cookie("zhanggui_theme", theme);
    choose("[data-theme-set]", button);
    document.dispatchEvent(new Event("zg:theme"));
  };
  const setTrend = (button) => {
    document.documentElement.dataset.trend = button.dataset.trendSet;
    cookie("zhanggui_trend", button.dataset.trendSet);
    choose("[data-trend-set]", button);
    document.dispatchEvent(new Event("zg:theme"));
  };

  /* navigation */
  const nav = $("#nav");
  const veil = $(".zg-veil");
  const drawer = (open) => {
    nav.classList.toggle("is-open", open);
    veil.hidden = !open;
    document.documentElement.classList.toggle("is-locked", open);
    $("[data-nav-open]")?.setAttribute("aria-expanded", String(open));
    if (open) $("a", nav)?.focus();
  };
  const fold = (folded) => {
    document.body.classList.toggle("zg-folded", folded);
    $("[data-nav-fold]")?.setAttribute("aria-expanded", String(!folded));
    $$(".zg-nav-list a, .zg-nav-list button").forEach((entry) => {
      if (folded) entry.title = entry.textContent.trim();
      else entry.removeAttribute("title");
    });
  };
  if (nav && zg.remember("folded")) fold(true);

  /* search from anywhere */
  const palette = $("#palette");
  const found = $("#palette-results");
  let waiting = null;
  let asked = 0;
  const options = () => $$('[role="option"]', found);
  const select = (index) => {
    const all = options();
    if (!all.length) return;
    const at = (index + all.length) % all.length;
    all.forEach((option, n) => {
      option.id ||= `palette-option-${n}`;
      option.setAttribute("aria-selected", String(n === at));
    });
    all[at].scrollIntoView({ block: "nearest" });
    $("#palette-input").setAttribute("aria-activedescendant", all[at].id);
  };
  const pages = (words) => {
    const wanted = words.toLowerCase();
    const copies = $$("a", $("#palette-pages").content).filter((a) => a.textContent.toLowerCase().includes(wanted));
    return copies.map((a) => a.cloneNode(true));
  };
  const search = async () => {
    const words = $("#palette-input").value.trim();
    const ticket = ++asked;
    const failed = $("[data-palette-fail]");
    failed.hidden = true;
    found.replaceChildren(...pages(words));
    $("[data-palette-none]").hidden = words.length < 2 || found.children.length > 0;
    select(0);
    if (words.length < 2) return;
    try {
      const answer = await fetch(`${document.body.dataset.search}?${new URLSearchParams({ q: words })}`, {
        headers: { "HX-Request": "true" },
      });
      if (ticket !== asked || answer.status === 404) return;
      if (!answer.ok) throw new Error(String(answer.status));
      const html = document.createElement("template");
      html.innerHTML = await answer.text();
      found.prepend(html.content);
      $("[data-palette-none]").hidden = options().length > 0;
      select(0);
    } catch {
      if (ticket === asked) failed.hidden = false;
    }
  };
  const openPalette = () => {
    if (!palette || palette.open) return;
    palette.showModal();
    $("#palette-input").select();
    search();
  };
  $("#palette-input")?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(search, 140);
  });
  palette?.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") select(at + 1);
    else if (event.key === "ArrowUp") select(at - 1);
    else if (event.key === "Enter") all[Math.max(at, 0)]?.click();
    else return;
    event.preventDefault();
  });

  /* keys of the page itself go into the help */
  const keys = $("#keys-more");
  if (keys) $(".zg-keys")?.append(keys.content.cloneNode(true));

  /* one listener for all clicks */
  document.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest?.(selector);
    let hit;
    if (on("[data-panel-close]")) zg.closePanel();
    else if (on("[data-palette-open]")) openPalette();
    else if (on("[data-keys-open]")) $("#keys").showModal();
    else if (on("[data-dialog-close]")) on("dialog").close();
    else if ((hit = on("[data-confirm]"))) hit.closest("dialog").close(hit.dataset.confirm);
    else if ((hit = on("[data-dialog-open]"))) $(`#${CSS.escape(hit.dataset.dialogOpen)}`)?.showModal();
    else if (on("[data-alert-close]")) on(".zg-alert").remove();
    else if ((hit = on("[data-theme-set]"))) setTheme(hit);
    else if ((hit = on("[data-trend-set]"))) setTrend(hit);
    else if (on("[data-nav-open]")) drawer(true);
    else if (on("[data-nav-close]")) drawer(false);
    else if (on("[data-nav-fold]")) {
      const folded = !document.body.classList.contains("zg-folded");
      fold(folded);
      zg.remember("folded", folded);
    } else if ((hit = on("[data-copy]"))) {
      navigator.clipboard?.writeText(hit.dataset.copy).then(() => zg.toast($("#toasts").dataset.copied));
    } else if (event.target.matches?.("dialog[open]")) event.target.close();
  });

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
      return;
    }
    if (event.key === "Escape" && !$("dialog[open]") && !$(".dropdown-menu.show") && !$(":popover-open")) {
      if (nav?.classList.contains("is-open")) drawer(false);
      else if (frame && !frame.hidden) zg.closePanel();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || zg.typing(event.target)) return;
    if (event.key === "?") $("#keys")?.showModal();
    else if (event.key === "/") {
      const box = $("[data-list-search]");
      if (!box) return;
      event.preventDefault();
      box.focus();
    }
  });

  /* a long menu narrowed by typing */
  document.addEventListener("input", (event) => {
    if (!event.target.matches?.("[data-narrow]")) return;
    const words = event.target.value.trim().toLowerCase();
    $$("[data-narrow-item]", event.target.closest(".dropdown-menu")).forEach((item) => {
      item.hidden = !item.textContent.toLowerCase().includes(words);
    });
  });
})();
