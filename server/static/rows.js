// Rows that repeat: one more by button, by Enter, or by Tab at the last field. Comfort only: without this file the button asks the server.
(() => {
  "use strict";
  document.querySelectorAll("[data-rows]").forEach((group) => {
    const form = group.closest("form"), most = Number(group.dataset.most);
    const pattern = group.querySelector("template[data-row-template]");
    const button = group.querySelector("[data-row-add]"), drop = group.querySelector("[data-row-drop]"), said = group.querySelector("[data-rows-said]");
    const count = group.dataset.count ? form.elements[group.dataset.count] : null;
    if (!button) return;
    const rows = () => [...group.querySelectorAll("[data-row]")];
    const fields = (row) => [...row.querySelectorAll("input:not([type=hidden]), select, textarea")];
    const last = () => rows().at(-1);
    const say = (words) => { said.textContent = words; };

    const blank = new Map();
    fields(pattern.content).forEach((one) => { if (one.type !== "radio" || one.checked) blank.set(one.name, one.value); });
    const unchanged = (row, one) => {
      if (["radio", "checkbox"].includes(one.type) && !one.checked) return true;
      const name = one.name.replace(new RegExp(`-${row.dataset.row}(?=-|$)`), "-__n__");
      return one.value.trim() === (blank.get(name) || "");
    };
    const isEmpty = (row) => fields(row).every((one) => unchanged(row, one));
    // What lies in a closed fold has a box in some browsers, but no focus reaches it.
    const seen = (one) => !one.disabled && one.getClientRects().length > 0 && !one.closest("details:not([open]) > :not(summary)");
    const focusFirst = (row) => { const first = fields(row).find(seen); first.focus(); first.scrollIntoView({ block: "nearest" }); };

    const settle = () => {
      const now = rows();
      if (count) count.value = Math.max(...now.map((row) => Number(row.dataset.row))) + 1;
      drop.hidden = now.length < 2 || !isEmpty(last());
    };
    const add = () => {
      const now = rows();
      if (now.length >= most) { say(`最多 ${most} 行，先保存这些，再填下一批。`); return null; }
      const n = now.length ? Number(last().dataset.row) + 1 : 0;
      const holder = document.createElement("template");
      holder.innerHTML = pattern.innerHTML.replaceAll("__n__", n).replaceAll("__number__", now.length + 1);
      const row = holder.content.querySelector("[data-row]");
      if (now.length) last().after(row); else pattern.before(row);
      settle();
      return row;
    };
    const addAndGo = () => {
      const row = add();
      if (!row) return;
      focusFirst(row);
      say(`已加第 ${rows().length} 行。`);
    };

    // Rows typed on this device and kept while the line was down are laid out again before they are filled in.
    try {
      const kept = JSON.parse(localStorage.getItem("parksafe:" + form.dataset.keep) || "{}");
      const has = (n) => [...blank.keys()].some((name) => kept[name.replace("__n__", n)] !== undefined);
      if (!document.querySelector(".errors")) while (has(Number(last().dataset.row) + 1) && add()) { /* one after another */ }
    } catch { /* a closed store costs only the comfort */ }

    // No longer the button that Enter elsewhere in the form would press.
    button.type = "button";
    button.textContent = button.dataset.rowAdd;
    button.addEventListener("click", addAndGo);
    drop.addEventListener("click", () => {
      const row = last(), number = rows().length;
      if (!isEmpty(row)) return;
      row.remove();
      settle();
      form.dispatchEvent(new Event("input", { bubbles: true }));
      say(`已去掉第 ${number} 行，还有 ${number - 1} 行。`);
      if (drop.hidden) button.focus();
    });
    group.addEventListener("input", settle);
    group.addEventListener("keydown", (event) => {
      const row = event.target.closest("[data-row]");
      if (!row || event.isComposing || event.keyCode === 229 || event.altKey || event.ctrlKey || event.metaKey) return;
      const isLast = row === last();
      if (event.key === "Enter" && event.target.matches("input:not([type=radio], [type=checkbox], [type=file])")) {
        event.preventDefault();
        if (!isLast) focusFirst(rows()[rows().indexOf(row) + 1]);
        else if (isEmpty(row)) say("这一行还没有填写。");
        else addAndGo();
      }
      // From an empty last row Tab leads on, so that nobody is caught in the list.
      if (event.key === "Tab" && !event.shiftKey && isLast && !isEmpty(row)) {
        const stops = [...row.querySelectorAll("input:not([type=hidden]), select, textarea, button, summary, a[href]")].filter(seen);
        if (event.target === stops.at(-1) && rows().length < most) { event.preventDefault(); addAndGo(); }
      }
    });
    settle();
  });
})();
