/** Where does the phone keep what waits and what it last knew, so that a reload loses nothing? */

import type { NewOutgoing, Outgoing, QueueStore } from './queue'

const DATABASE = 'mudan-field'
const WAITING = 'waiting'
const KNOWN = 'known'
const REALITY = 0 // what a page of before there were exercises has queued

export interface FieldStore extends QueueStore {
  remember(key: string, value: unknown): Promise<void>
  recall<T>(key: string): Promise<T | undefined>
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore(WAITING, { keyPath: 'seq', autoIncrement: true })
      request.result.createObjectStore(KNOWN)
    }
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

/** Resolves when the transaction is complete, not when the request is: a step shown as waiting is on disk. */
function within<T>(
  database: IDBDatabase,
  name: string,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(name, mode)
    const request = work(transaction.objectStore(name))
    transaction.oncomplete = () => resolve(request.result)
    transaction.onerror = () => reject(transaction.error)
    transaction.onabort = () => reject(transaction.error)
  })
}

/** Opens the phone's database; rejects where the browser forbids it (the page then says so). */
export async function fieldStore(): Promise<FieldStore> {
  const database = await opened()
  return {
    add: async (item: NewOutgoing) => {
      await within(database, WAITING, 'readwrite', (store) => store.add(item))
    },
    all: async () => {
      const kept = await within<Outgoing[]>(database, WAITING, 'readonly', (store) => store.getAll())
      return kept.map((item) => ({ ...item, space: item.space ?? REALITY }))
    },
    replace: async (item) => {
      await within(database, WAITING, 'readwrite', (store) => store.put(item))
    },
    remove: async (seq) => {
      await within(database, WAITING, 'readwrite', (store) => store.delete(seq))
    },
    remember: async (key, value) => {
      await within(database, KNOWN, 'readwrite', (store) => store.put(value, key))
    },
    recall: <T>(key: string) =>
      within<T | undefined>(database, KNOWN, 'readonly', (store) => store.get(key) as IDBRequest<T | undefined>),
  }
}
