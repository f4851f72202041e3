// Shows the passkey buttons where the browser knows passkeys, and says in words when one fails.
(() => {
  if (!window.PublicKeyCredential) return
  document.querySelectorAll('[data-passkey]').forEach((element) => { element.hidden = false })
  document.addEventListener('allauth.error', (event) => {
    event.preventDefault()
    const text = document.createElement('p')
    text.className = 'govuk-error-message'
    text.textContent = 'The passkey did not work. Try again, or choose another way.'
    document.getElementById('passkey-problem').replaceChildren(text)
  })
})()
