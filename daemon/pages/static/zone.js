// Shows the times in the browser's own zone, unless one was chosen.
(function () {
  "use strict";
  var here = new URL(window.location.href);
  if (here.searchParams.has("tz") || !window.Intl) return;
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  var choice = document.getElementById("tz");
  if (!zone || !choice || choice.value === zone || document.querySelector("input:checked")) return;
  here.searchParams.set("tz", zone);
  window.location.replace(here.toString());
})();
