"use strict";
// A screen asks for its own page again and again and takes over what stands there. Where nothing comes it says so, so
// that nobody takes an old page for news. Written for the browsers of old television boxes.
(function () {
  var every = Number(document.body.getAttribute("data-every")) * 1000;
  var stale = document.getElementById("stale");
  var last = new Date().getTime();
  function look() {
    var ask = new XMLHttpRequest();
    ask.open("GET", location.href);
    ask.timeout = every;
    ask.responseType = "document";
    ask.onload = function () {
      var fresh = ask.status === 200 && ask.response && ask.response.getElementById("screen");
      if (!fresh) { return; }
      document.getElementById("screen").innerHTML = fresh.innerHTML;
      last = new Date().getTime();
      stale.hidden = true;
    };
    ask.send();
  }
  setInterval(look, every);
  setInterval(function () { stale.hidden = new Date().getTime() - last < every * 3; }, 1000);
})();
