/** What do the tests stand on? A WebSocket that never opens by itself and no way to the network. */
import { beforeEach, vi } from 'vitest'

/** A socket that tests drive by hand. */
export class FakeSocket {
  static readonly CONNECTING = 0
  static readonly OPEN = 1
  static readonly CLOSED = 3
  static all: FakeSocket[] = []
  readyState = FakeSocket.CONNECTING
  sent: Record<string, unknown>[] = []
  onopen: (() => void) | null = null
  onmessage: ((event: { data: string }) => void) | null = null
  onclose: ((event: { code: number }) => void) | null = null

  constructor(readonly url: string) {
    FakeSocket.all.push(this)
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>)
  }

  open(): void {
    this.readyState = FakeSocket.OPEN
    this.onopen?.()
  }

  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }

  close(code = 1000): void {
    this.readyState = FakeSocket.CLOSED
    this.onclose?.({ code })
  }
}

vi.stubGlobal('WebSocket', FakeSocket)

beforeEach(() => {
  FakeSocket.all = []
  vi.stubGlobal('XMLHttpRequest', undefined)
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('tests have no network')))
})
