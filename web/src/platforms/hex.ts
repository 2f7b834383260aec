/** How is a frame shown byte by byte, with the offending byte marked? */

export interface Byte {
  offset: number
  hex: string
  char: string
  marked: boolean
}

export interface Row {
  offset: string
  bytes: Byte[]
}

export const WIDTH = 16

/** Rows of 16 bytes. `marked` is the offset of the fault; -1 or beyond the end marks nothing. */
export function rows(hex: string, marked: number): Row[] {
  const result: Row[] = []
  const pairs = hex.match(/[0-9a-f]{2}/gi) ?? []
  for (let start = 0; start < pairs.length; start += WIDTH) {
    result.push({
      offset: start.toString(16).padStart(4, '0').toUpperCase(),
      bytes: pairs.slice(start, start + WIDTH).map((pair, index) => ({
        offset: start + index,
        hex: pair.toUpperCase(),
        char: printable(Number.parseInt(pair, 16)),
        marked: start + index === marked,
      })),
    })
  }
  return result
}

function printable(code: number): string {
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '·'
}
