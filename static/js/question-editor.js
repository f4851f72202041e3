// The form of a question in the CMS: only what its type uses, and long lists that can be shortened.
(() => {
  // The field that decides, and the attribute that says for which of its values a part is shown.
  const DECIDERS = { type: "questionTypes", kind: "quizKinds" };

  const field = (name) => document.querySelector(`#w-editor-form [name="${name}"]`);

  const showWhatFits = (root) => {
    for (const [name, attribute] of Object.entries(DECIDERS)) {
      const value = field(name)?.value;
      if (!value) continue;
      const selector = `[data-${attribute.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
      for (const part of root.querySelectorAll(selector)) {
        part.hidden = !part.dataset[attribute].split(" ").includes(value);
      }
    }
  };

  const addFilter = (list) => {
    const rows = list.querySelectorAll("label");
    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = "Type to shorten the list";
    search.setAttribute("aria-label", "Shorten the list");
    const told = document.createElement("p");
    told.className = "app-filtered__told";
    told.setAttribute("role", "status");
    const narrow = () => {
      const wanted = search.value.toLowerCase().trim();
      let shown = 0;
      for (const row of rows) {
        const isIn = row.querySelector("input").checked || row.textContent.toLowerCase().includes(wanted);
        row.parentElement.hidden = !isIn;
        shown += isIn;
      }
      const ticked = list.querySelectorAll("input:checked").length;
      told.textContent = `${shown} of ${rows.length} shown, ${ticked} chosen`;
    };
    search.addEventListener("input", (event) => {
      event.stopPropagation();
      narrow();
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.addEventListener("change", narrow);
    list.prepend(search, told);
    narrow();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#w-editor-form");
    if (!form) return;
    for (const name of Object.keys(DECIDERS)) {
      field(name)?.addEventListener("change", () => showWhatFits(form));
    }
    showWhatFits(form);
    form.querySelectorAll("[data-filtered-list]").forEach(addFilter);
    const answers = form.querySelector("#id_choices-FORMS");
    if (answers) new MutationObserver(() => showWhatFits(answers)).observe(answers, { childList: true });
  });
})();
