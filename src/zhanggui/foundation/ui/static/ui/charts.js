/* Draws [data-chart] panels with ECharts, loaded only when a page has one. Colours and type come from the tokens. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";
  const { $, $$ } = window.zg;
  const chinese = document.documentElement.lang.startsWith("zh");
  const plain = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { maximumFractionDigits: 2 });
  const shortForm = new Intl.NumberFormat(chinese ? "zh-CN" : "en-US", { notation: "compact", maximumFractionDigits: 1 });
  const drawn = new Map();
  let library = null;

  const load = () => (library ||= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = document.body.dataset.echarts;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  }));

  /* tokens → colours the canvas understands */
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  const token = (text) => {
    probe.style.color = text;
    return getComputedStyle(probe).color;
  };
  const resolve = (value) => {
    if (typeof value === "string") return value.startsWith("var(") ? token(value) : value;
    if (Array.isArray(value)) return value.map(resolve);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolve(v)]));
    return value;
  };

  /* exact text of a whole number of minor units: digits are moved, nothing is divided */
  const group = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");
  const exact = (value, unit) => {
    if (value === null || value === undefined || value === "-") return "—";
    if (unit.kind === "percent") return `${(value * 100).toFixed(unit.digits || 1)}%`;
    if (unit.kind !== "money") return plain.format(value);
    const sign = value < 0 ? "\u2212" : "";
    const digits = String(Math.abs(Math.round(value))).padStart(unit.scale + 1, "0");
    const whole = group(digits.slice(0, digits.length - unit.scale));
    return `${sign}${unit.symbol}${whole}${unit.scale ? `.${digits.slice(-unit.scale)}` : ""}`;
  };
  const short = (value, unit) => {
    if (unit.kind === "percent") return `${+(value * 100).toFixed(1)}%`.replace("-", "\u2212");
    return shortForm.format(unit.kind === "money" ? value / 10 ** unit.scale : value).replace("-", "\u2212");
  };

  const symbol = (currency) => {
    if (!currency) return "";
    const parts = new Intl.NumberFormat(chinese ? "zh-CN" : "en-GB", { style: "currency", currency }).formatToParts(0);
    return parts.find((part) => part.type === "currency").value;
  };

  /* floating bars of a waterfall: [place, from, to, amount] */
  const spans = (unit, ink) => (params, api) => {
    const last = params.dataInsideLength - 1;
    const sign = params.dataIndex > 0 && params.dataIndex < last && api.value(3) > 0 ? "+" : "";
    const [x, a] = api.coord([api.value(0), api.value(1)]);
    const b = api.coord([api.value(0), api.value(2)])[1];
    const width = Math.min(44, api.size([1, 0])[0] * 0.6);
    const top = Math.min(a, b);
    return {
      type: "group",
      children: [
        { type: "rect", shape: { x: x - width / 2, y: top, width, height: Math.max(1, Math.abs(a - b)), r: 2 }, style: { fill: api.visual("color") } },
        { type: "text", style: { text: sign + short(api.value(3), unit), x, y: top - 5, align: "center", verticalAlign: "bottom", fill: ink, font: `12px ${getComputedStyle(document.body).fontFamily}` } },
      ],
    };
  };

  const dress = (payload) => {
    const unit = { ...payload.unit, symbol: symbol(payload.unit.currency) };
    const option = resolve(structuredClone(payload.option));
    const ink = token("var(--zg-ink-2)");
    const faint = token("var(--zg-ink-3)");
    const grid = token("var(--zg-grid)");
    const font = getComputedStyle(document.body).fontFamily;
    const across = option.yAxis?.type === "category";
    const axis = (given) => given.type === "category"
      ? { axisTick: { show: false }, axisLine: { show: !across, lineStyle: { color: token("var(--zg-line-strong)") } }, ...given, axisLabel: { color: faint, fontSize: 12, hideOverlap: true, ...(across ? { color: ink, width: 150, overflow: "truncate" } : {}), ...given.axisLabel } }
      : { splitNumber: 4, axisLabel: { show: !across, color: faint, fontSize: 12, formatter: (v) => short(v, unit) }, splitLine: { show: !across, lineStyle: { color: grid } }, ...given };
    const series = (option.series || []).map((one) => ({
      ...one,
      ...(one.render === "spans" ? { renderItem: spans(unit, ink) } : {}),
      ...(one.label ? { label: { color: ink, fontSize: 12, formatter: (p) => short(p.data?.signed ?? p.value, unit), ...one.label } } : {}),
      emphasis: { focus: option.series.length > 1 ? "series" : "none" },
    }));
    const legend = option.legend?.show;
    return {
      animation: false,
      textStyle: { fontFamily: font, color: ink },
      grid: { left: 12, right: across ? 64 : 16, top: legend ? 34 : 16, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      tooltip: {
        trigger: "axis", confine: true, padding: [8, 12], borderWidth: 1, appendTo: document.body,
        axisPointer: { type: series.some((s) => s.type === "bar" || s.type === "custom") ? "shadow" : "line", lineStyle: { color: faint }, shadowStyle: { color: token("var(--zg-hover)"), opacity: 0.6 } },
        backgroundColor: token("var(--zg-raised)"), borderColor: token("var(--zg-line-strong)"),
        textStyle: { color: token("var(--zg-ink)"), fontSize: 13, fontFamily: font },
        valueFormatter: (v) => exact(Array.isArray(v) ? v[v.length - 1] : v, unit),
      },
      ...option,
      ...(option.xAxis ? { xAxis: axis(option.xAxis), yAxis: axis(option.yAxis) } : {}),
      legend: { top: 2, left: 8, itemWidth: 14, itemHeight: 8, itemGap: 16, icon: "roundRect", textStyle: { color: ink, fontSize: 12 }, ...option.legend },
      series,
    };
  };

  const draw = async (holder) => {
    const canvas = $("[data-chart-canvas]", holder);
    if (!canvas) return;
    const payload = JSON.parse($('script[type="application/json"]', holder).textContent);
    const echarts = await load();
    if (!canvas.isConnected) return;
    const known = drawn.get(canvas);
    const chart = known || echarts.init(canvas, null, { renderer: "canvas", locale: chinese ? "ZH" : "EN" });
    chart.setOption(dress(payload), true);
    holder.dataset.drawn = "yes";
    if (known) return;
    drawn.set(canvas, chart);
    new ResizeObserver(() => chart.resize()).observe(canvas);
  };

  const save = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  /* a cell that would start a formula in a spreadsheet is disarmed */
  const cell = (text) => {
    const safe = /^[=+@\t\r]|^-(?![\d.])/.test(text) ? `'${text}` : text;
    return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-chart-act]");
    if (!button) return;
    const holder = button.closest("[data-chart]");
    const name = holder.dataset.chartName || "chart";
    const act = button.dataset.chartAct;
    if (act === "table") {
      const table = $(".zg-chart-table", holder);
      table.hidden = !table.hidden;
      $("[data-chart-canvas]", holder).hidden = !table.hidden;
      button.setAttribute("aria-pressed", String(!table.hidden));
      if (table.hidden) drawn.get($("[data-chart-canvas]", holder))?.resize();
    } else if (act === "csv") {
      const lines = $$("tr", $(".zg-chart-table", holder)).map((row) => [...row.cells].map((c) => cell(c.dataset.value ?? c.textContent.trim())).join(","));
      save(new Blob(["\ufeff", lines.join("\r\n"), "\r\n"], { type: "text/csv" }), `${name}.csv`);
    } else if (act === "png") {
      const chart = drawn.get($("[data-chart-canvas]", holder));
      if (!chart) return;
      const picture = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: token("var(--zg-surface)") });
      picture.toBlob((blob) => save(blob, `${name}.png`), "image/png");
    }
  });

  const prepare = (root) => [...(root.matches?.("[data-chart]") ? [root] : []), ...$$("[data-chart]", root)].forEach(draw);
  prepare(document.body);
  document.addEventListener("htmx:load", (event) => { if (event.detail.elt !== document.body) prepare(event.detail.elt); });
  document.addEventListener("htmx:beforeCleanupElement", (event) => {
    const chart = drawn.get(event.detail.elt);
    if (chart) { chart.dispose(); drawn.delete(event.detail.elt); }
  });
  const again = () => drawn.forEach((_, canvas) => draw(canvas.closest("[data-chart]")));
  document.addEventListener("zg:theme", again);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
});
