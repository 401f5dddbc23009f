"use strict";
// A page with data-live fetches its fragments again when the server says "changed"; without this script it stays readable.
// "alive" says that nothing has changed until now: a page is stale only where neither comes, or fetching fails.
(() => {
  const page = document.querySelector("[data-live]");
  if (!page || !window.EventSource) return;
  const stale = document.querySelector("[data-stale]");
  const patience = 16000;  // milliseconds: three signs of life missed
  let last = Date.now(), busy = false, again = false, behind = false;
  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = behind = true;
    try {
      const answer = await fetch(location.href, { headers: { "X-Fragment": "1" }, credentials: "same-origin" });
      if (answer.redirected) { location.reload(); return; }  // signed out: this page is not ours any more
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        document.querySelectorAll("[data-fragment]").forEach((old) => {
          const now = fresh.querySelector(`[data-fragment="${old.dataset.fragment}"]`);
          const used = old.contains(document.activeElement) && document.activeElement.matches(":focus-visible");
          if (now) now.querySelectorAll("details[id]").forEach((one) => { one.open = Boolean(document.getElementById(one.id)?.open); });
          if (now && now.innerHTML !== old.innerHTML && !used) old.replaceChildren(...now.childNodes);
        });
        last = Date.now();
        behind = false;
      }
    } catch (error) { /* the line below says how old the page is */ }
    busy = false;
    if (again) { again = false; refresh(); }
  };
  const source = new EventSource(page.dataset.live);
  source.addEventListener("message", refresh);
  source.addEventListener("open", refresh);
  source.addEventListener("alive", () => { if (behind) refresh(); else last = Date.now(); });
  if (stale) setInterval(() => {
    const age = Date.now() - last;
    stale.textContent = age > patience ? `${Math.round(age / 1000)} 秒没有更新，请看网络是否断了` : "";
    stale.className = age > patience ? "silent" : "";
  }, 1000);
})();
