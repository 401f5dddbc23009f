"use strict";
// A page with data-live fetches its fragments again when the server says "changed"; without this script it stays readable.
(() => {
  const page = document.querySelector("[data-live]");
  if (!page || !window.EventSource) return;
  const stale = document.querySelector("[data-stale]");
  let last = Date.now(), busy = false, again = false;
  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
      if (answer.redirected) { location.reload(); return; }  // signed out: this page is not ours any more
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.querySelectorAll("[data-fragment]").forEach((old) => {
          const now = fresh.querySelector(`[data-fragment="${old.dataset.fragment}"]`);
          if (now && now.innerHTML !== old.innerHTML && !old.contains(document.activeElement)) old.replaceChildren(...now.childNodes);
        });
        last = Date.now();
      }
    } catch (error) { /* the line below says how old the page is */ }
    busy = false;
    if (again) { again = false; refresh(); }
  };
  const source = new EventSource(page.dataset.live);
  source.addEventListener("message", refresh);
  source.addEventListener("open", refresh);
  if (stale) setInterval(() => { stale.textContent = `${Math.round((Date.now() - last) / 1000)} 秒前更新`; }, 1000);
})();
