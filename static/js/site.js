// The address of GOV.UK Frontend carries a hash in production, so the page says where it is.
const { govuk } = document.querySelector("script[data-govuk]").dataset;
try {
  const { initAll } = await import(govuk);
  initAll();
} catch (error) {
  document.body.classList.remove("govuk-frontend-supported");
  throw error;
}
