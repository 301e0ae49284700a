'use strict'

// The pages of the identity provider: plain HTML, which works without a script.

const { CITIZENS, PASSWORD } = require('./citizens')

const STYLE = `
  :root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
  body { max-width: 26rem; margin: 2rem auto; padding: 0 1rem; }
  h1 { font-size: 1.5rem; }
  label { display: block; margin-top: 1rem; font-weight: 600; }
  select, input { width: 100%; box-sizing: border-box; margin-top: 0.25rem; }
  select, input, button { padding: 0.625rem 0.75rem; font: inherit; }
  button { margin-top: 1.5rem; }
  .problem { padding: 0.75rem; border: 2px solid; font-weight: 600; }`

const MARKUP = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const text = (any) => String(any).replace(/[&<>"']/g, (each) => MARKUP[each])

const page = (title, body) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${text(title)} · Lunden test sign-in</title>
  <link rel="icon" href="data:,">
  <style>${STYLE}</style>
</head>
<body>
<main>
  <h1>${text(title)}</h1>
  ${body}
</main>
</body>
</html>
`

/**
 * The form to sign in.
 *
 * @param action where it is sent
 * @param tried who tried with a wrong password, if anyone did
 */
function signInPage(action, tried) {
  const options = [...CITIZENS.values()].map(
    ({ id, name, regions }) =>
      `<option value="${text(id)}"${id === tried ? ' selected' : ''}>` +
      `${text(name)} (${text(regions.join(', '))})</option>`,
  )
  const problem = tried
    ? `<p class="problem" role="alert">That is not the password. It is “${text(PASSWORD)}”.</p>`
    : ''
  return page(
    'Sign in',
    `<p>This is a test provider on this computer. Its citizens are invented, and all have the password
  “${text(PASSWORD)}”.</p>
  ${problem}
  <form method="post" action="${text(action)}">
    <label for="citizen">Citizen</label>
    <select id="citizen" name="citizen">${options.join('')}</select>
    <label for="password">Password</label>
    <input id="password" name="password" type="password" autocomplete="off" required>
    <button type="submit">Sign in</button>
  </form>`,
  )
}

/** @param form the provider's own, with the id that its buttons name */
const signOutPage = (form) =>
  page(
    'Sign out',
    `<p>Sign out of this test provider, too?</p>
  ${form}
  <button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  )

const signedOutPage = () => page('Signed out', '<p>You can close this page.</p>')

const problemPage = ({ error, error_description: description }) =>
  page('That does not work', `<p class="problem">${text(description ?? error)}</p>`)

module.exports = { problemPage, signInPage, signOutPage, signedOutPage }
