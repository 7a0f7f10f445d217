"use strict";
// The page works without this. It opens what a link points at, shows it when the filter hides it, and opens all for print.
(function () {
  function show() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    if (target.matches(".verdict")) {
      if (getComputedStyle(target).display === "none") document.getElementById("show-all").checked = true;
      target.querySelector("details").open = true;
    }
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", show);
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".failure details, #matrix details").forEach(function (one) { one.open = true; });
  });
  show();
})();
