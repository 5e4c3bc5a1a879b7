// Comfort only: every page reads and submits without this file.
(() => {
  "use strict";
  const search = document.querySelector(".top .search");
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && search) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape") document.querySelectorAll(".side details[open]").forEach((one) => { one.open = false; });
    // A fold opened from the keyboard closes with Escape, and the focus is where it was opened.
    if (["Enter", " "].includes(event.key) && event.target.matches("summary")) event.target.parentElement.dataset.keyed = "";
    const fold = event.key === "Escape" && document.activeElement.closest("main details[open][data-keyed]");
    if (fold) { fold.open = false; fold.querySelector("summary").focus(); }
  });
  document.addEventListener("click", (event) => {
    const summary = event.detail > 0 && event.target.closest("summary");
    if (summary) delete summary.parentElement.dataset.keyed;
  });

  // After a refused form the first wrong field has the focus; what it says is read out with it.
  const refused = document.querySelector(".errors");
  if (refused) {
    const fields = "input:not([type=hidden]), select, textarea";
    const wrong = [...refused.querySelectorAll("a[href^='#']")].map((one) => document.getElementById(decodeURIComponent(one.hash.slice(1)))).filter(Boolean);
    wrong.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    const first = wrong.map((one) => (one.matches(fields) ? one : one.querySelector(fields))).find(Boolean);
    for (let fold = first && first.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    const lead = () => (first || refused).focus();
    lead();
    // An address with a place in it (#main of the skip link) takes the focus away when it has loaded.
    if (location.hash) window.addEventListener("load", () => requestAnimationFrame(lead));
  }

  // A second press must not send a form twice; the button says what is happening.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || "again" in form.dataset) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    if (button) { setTimeout(() => { button.disabled = true; button.textContent = form.dataset.busy || "正在提交……"; }, 0); }
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  // Filters apply as they are chosen.
  document.querySelectorAll("form.filters select, form.filters input[type=date]").forEach((field) => {
    field.addEventListener("change", () => field.form.requestSubmit());
  });

  // What was typed survives a lost connection: kept on this device until the form is taken.
  try {
    // The page that says it was done is the receipt: what was sent is kept here no longer, or it would stand in the next form.
    const sent = document.querySelector(".done[role=status]") && sessionStorage.getItem("parksafe:sent");
    if (sent) { localStorage.removeItem(sent); sessionStorage.removeItem("parksafe:sent"); }
  } catch { /* a closed store keeps nothing either */ }
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    const key = "parksafe:" + form.dataset.keep;
    form.addEventListener("submit", () => { try { sessionStorage.setItem("parksafe:sent", key); } catch { /* as above */ } });
    const fields = () => [...form.elements].filter((one) => one.name && !["file", "hidden", "password", "submit"].includes(one.type));
    try {
      const kept = JSON.parse(localStorage.getItem(key) || "{}");
      if (!document.querySelector(".errors")) fields().forEach((one) => {
        if (kept[one.name] === undefined) return;
        if (one.type === "radio" || one.type === "checkbox") one.checked = kept[one.name] === one.value;
        else if (!one.value || one.value === one.defaultValue) one.value = kept[one.name];
      });
    } catch { /* a full or closed store costs only the comfort */ }
    form.addEventListener("input", () => {
      try {
        const now = {};
        fields().forEach((one) => { if (!["radio", "checkbox"].includes(one.type) || one.checked) now[one.name] = one.value; });
        localStorage.setItem(key, JSON.stringify(now));
      } catch { /* as above */ }
    });
  });
  document.querySelectorAll("[data-forget]").forEach((one) => { try { localStorage.removeItem("parksafe:" + one.dataset.forget); } catch { /* as above */ } });

  // Show chosen photos before they are sent.
  document.querySelectorAll("input[type=file][data-preview]").forEach((input) => {
    const place = document.getElementById(input.dataset.preview);
    input.addEventListener("change", () => {
      place.replaceChildren(...[...input.files].map((file) => {
        const figure = document.createElement("figure");
        const picture = document.createElement("div");
        picture.className = "photo";
        const image = document.createElement("img");
        image.alt = file.name; image.src = URL.createObjectURL(file);
        image.onerror = () => { picture.classList.add("missing"); picture.textContent = "已选，此格式不能预览"; };
        picture.append(image);
        const caption = document.createElement("figcaption");
        caption.textContent = file.name + " · " + (file.size / 1e6).toFixed(1) + " MB";
        figure.append(picture, caption);
        return figure;
      }));
    });
  });
  document.querySelectorAll("[data-print]").forEach((one) => one.addEventListener("click", () => window.print()));

  // A long page keeps its own draft on the server while it is typed.
  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const status = document.getElementById("saved");
    let timer = 0, sending = false;
    const save = async () => {
      if (sending) { clearTimeout(timer); timer = setTimeout(save, 500); return; }
      sending = true;
      try {
        const answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { accept: "application/json" } });
        status.textContent = answer.ok ? (await answer.json()).saved : "草稿没有存上，请按“保存草稿”";
      } catch { status.textContent = "连不上，草稿还没有存；请不要关这个页面"; }
      sending = false;
    };
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(save, 1500); });
    form.addEventListener("submit", () => clearTimeout(timer));
  });
})();
