// The one button that is WeChat's own: what is pressed in it comes to us as an event; here the page only looks again.
(function () {
  "use strict";
  var held = document.getElementById("wx");
  var button = document.getElementById("subscribe");
  if (!held || !button || !window.wx) { return; }
  window.wx.config({
    debug: false,
    appId: held.dataset.app,
    timestamp: Number(held.dataset.timestamp),
    nonceStr: held.dataset.nonce,
    signature: held.dataset.signature,
    jsApiList: [],
    openTagList: ["wx-open-subscribe"],
  });
  document.addEventListener("WeixinOpenTagsError", function () {
    document.getElementById("no-button").hidden = false;
  });
  button.addEventListener("success", function () {
    window.setTimeout(function () { window.location.reload(); }, 1500);
  });
})();
