// A classic script in <head>: the remembered theme is set before the first paint.
(() => {
  const root = document.documentElement;
  const remembered = localStorage.getItem("theme");
  if (remembered) root.dataset.theme = remembered;
})();
