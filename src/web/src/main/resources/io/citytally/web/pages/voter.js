// @ts-check
// Who votes, as the server is told.

/** @import { Voter } from './own-ballots.js' */
/** @import { SignIn } from './sign-in.js' */

const KEY = 'citytally.device'

/**
 * This device, by a random key of 128 bits that nobody else knows. Anyone who has it can change the
 * ballots.
 *
 * @param {() => Storage} storage
 * @returns {Voter}
 */
export function deviceVoter(storage) {
  const id = read(storage) ?? newKey()
  try {
    storage().setItem(KEY, id)
  } catch {
    // Without storage, it lasts as long as the page.
  }
  return { storage, id, headers: () => ({ 'Citytally-Capability': id }) }
}

/**
 * Forgets the key of this device: nobody can change its ballots any more.
 *
 * @param {() => Storage} storage
 */
export function forgetDevice(storage) {
  try {
    storage().removeItem(KEY)
  } catch {
    // It was never kept.
  }
}

/**
 * The citizen who has signed in.
 *
 * @param {SignIn} signIn
 * @param {() => Storage} storage of the tab
 * @returns {Voter}
 */
export const citizenVoter = (signIn, storage) => ({
  storage,
  id: signIn.citizen?.id ?? '',
  headers: () => signIn.headers(),
})

/** @param {() => Storage} storage */
function read(storage) {
  try {
    const kept = storage().getItem(KEY)
    return kept !== null && /^[0-9a-f]{32}$/.test(kept) ? kept : null
  } catch {
    return null
  }
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
