/** Whose browser was this last? For a phone that opens without network; forgotten when the person signs out. */

const KEY = 'mudan.person'

/** The id of who was last signed in and has not signed out, or null. */
export function rememberedPerson(): string | null {
  try {
    return localStorage.getItem(KEY)
  } catch {
    return null
  }
}

/** Keep who is signed in; null: nobody is any more. */
export function rememberPerson(id: string | null): void {
  try {
    if (id === null) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, id)
  } catch {
    // A browser that keeps nothing knows nobody without network.
  }
}
