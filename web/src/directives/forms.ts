/** How do lines that a person types become the fields of a form? */

/** `名称：值` by line; lines without a colon or a name are not fields. */
export function formFields(text: string): Record<string, string> {
  const pairs = text.split('\n').map((line) => line.split(/[:：]/))
  const named = pairs.map(([name = '', ...rest]): [string, string] => [name.trim(), rest.join(':').trim()])
  return Object.fromEntries(named.filter(([name, value]) => name && value))
}
