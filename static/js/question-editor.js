// The form of a question in the CMS: only what its type uses, and long lists that can be shortened.
(() => {
  const chosenType = () => document.querySelector('#w-editor-form [name="type"]');

  const showForType = (root) => {
    const type = chosenType()?.value;
    if (!type) return;
    for (const part of root.querySelectorAll("[data-question-types]")) {
      part.hidden = !part.dataset.questionTypes.split(" ").includes(type);
    }
  };

  const addFilter = (list) => {
    const rows = list.querySelectorAll("label");
    const field = document.createElement("input");
    field.type = "search";
    field.placeholder = "Type to shorten the list";
    field.setAttribute("aria-label", "Shorten the list");
    const told = document.createElement("p");
    told.className = "app-filtered__told";
    told.setAttribute("role", "status");
    const narrow = () => {
      const wanted = field.value.toLowerCase().trim();
      let shown = 0;
      for (const row of rows) {
        const box = row.querySelector("input");
        const isIn = box.checked || row.textContent.toLowerCase().includes(wanted);
        (row.closest("div > div") || row).hidden = !isIn;
        shown += isIn;
      }
      const ticked = list.querySelectorAll("input:checked").length;
      told.textContent = `${shown} of ${rows.length} shown, ${ticked} chosen`;
    };
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      narrow();
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.addEventListener("change", narrow);
    list.prepend(field, told);
    narrow();
  };

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#w-editor-form");
    if (!form || !chosenType()) return;
    chosenType().addEventListener("change", () => showForType(form));
    showForType(form);
    form.querySelectorAll("[data-filtered-list]").forEach(addFilter);
    const answers = form.querySelector("#id_choices-FORMS");
    if (answers) new MutationObserver(() => showForType(answers)).observe(answers, { childList: true });
  });
})();
