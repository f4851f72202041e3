// Checks that run in the editor's preview only; the public pages never load this file.
(() => {
  const isComplete = (video) => {
    const block = video.closest(".app-video");
    if (!block) return false;
    const captions = block.hasAttribute("data-no-speech") || video.querySelector('track[kind="captions"]');
    return Boolean(captions && block.querySelector("details"));
  };
  const hasNote = (study) => {
    const note = study.querySelector(".app-case__note p");
    const label = note && note.querySelector("strong");
    return Boolean(note && note.textContent.trim() !== (label ? label.textContent.trim() : ""));
  };
  window.wagtail.userbar.registerCheck("fairlead-video-is-complete", isComplete);
  window.wagtail.userbar.registerCheck("fairlead-case-study-has-note", hasNote);
})();
