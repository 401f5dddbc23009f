// A file that takes a while to make: says so, and takes no second press, until the browser has begun to keep it. That it
// is made is told by a cookie, for a page hears nothing of a download.
for (const form of document.querySelectorAll("form[data-making]")) {
  const note = document.getElementById(form.dataset.making);
  const buttons = form.querySelectorAll("button");
  let making = "";
  form.addEventListener("submit", (event) => {
    if (making) return event.preventDefault();
    const begun = Date.now();
    making = form.elements.made.value = String(begun);
    setTimeout(() => { for (const one of buttons) one.disabled = true; });  // the pressed one is still sent
    const look = setInterval(() => {
      const ready = document.cookie.split("; ").includes(`made=${making}`);
      const seconds = Math.round((Date.now() - begun) / 1000);
      note.textContent = ready ? "做好了，在浏览器的下载里。" : `正在做，已经 ${seconds} 秒。做好了浏览器自己存下，不用再按。`;
      if (!ready) return;
      clearInterval(look);
      making = "";
      for (const one of buttons) one.disabled = false;
    }, 250);
  });
}
