/* Keeps the clocks of deadlines current, in the words the server wrote them with. */
(() => {
  "use strict";
  const box = document.querySelector("[data-clocks]");
  if (!box) return;
  const words = box.dataset;
  const put = (text, name, value) => text.replace(`%(${name})s`, String(value));
  const age = (ms) => {
    const all = Math.max(0, Math.floor(ms / 60000));
    const days = Math.floor(all / 1440);
    const hours = Math.floor((all % 1440) / 60);
    const minutes = all % 60;
    const parts = [];
    if (days) parts.push(days === 1 ? words.day : put(words.days, "n", days));
    if (hours) parts.push(put(words.hours, "n", hours));
    if (!days && (minutes || !hours)) parts.push(put(words.minutes, "n", minutes));
    return parts.join(" ");
  };
  const tick = () => {
    for (const clock of box.querySelectorAll("[data-clock]")) {
      const left = new Date(clock.getAttribute("datetime")) - Date.now();
      clock.classList.toggle("zg-desk-over", left <= 0);
      const text = put(left <= 0 ? words.over : words.left, "age", age(Math.abs(left)));
      const place = clock.querySelector("span");
      if (place.textContent !== text) place.textContent = text;
    }
  };
  setInterval(tick, 20000);
})();
