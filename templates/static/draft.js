// A form's draft goes to the server a moment after each word. Without a script the button does it.
const form = document.querySelector("form[data-draft]");
if (form) {
  const note = form.querySelector("[data-kept]");
  let waiting = 0;
  const keep = () => {
    const data = new FormData(form);
    data.set("do", "save");
    data.delete("pictures");
    fetch(location.pathname, { method: "POST", body: new URLSearchParams(data), headers: { "X-Draft": "1" } })
      .then((answer) => { note.textContent = answer.ok ? "已存到县里，不会丢。" : "没有存上，请按“先存着”。"; })
      .catch(() => { note.textContent = "没有信号，没有存上。请等一会儿再按“报上去”。"; });
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(keep, 800); };
  form.addEventListener("input", soon);
  // On a weak network she types before this script has come.
  if ([...form.elements].some((one) => one.type !== "file" && one.defaultValue !== undefined && one.value !== one.defaultValue)) soon();
}
