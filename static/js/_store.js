/**
 * The till's store in this browser (IndexedDB), shared by all its tabs. A change is written to the disk before its promise is
 * kept, or not at all.
 *
 * kept      "pack", "contact", "device", "removed", "lease": the few things there is one of
 * outbox    what was saved and isn't sent, by id; never changed, only removed once answered
 * undos     what of the outbox was taken back, by id
 * spent     what can't be used again on this device: "note <hash>", "card <hash>"
 * answers   what became of what was sent, by id
 */
const NAME = "timecredits-till";
const VERSION = 1;
const STORES = ["kept", "outbox", "undos", "spent", "answers"];
const WITH_IDS = ["outbox", "undos", "answers"];
const PATIENCE = 10_000;

/** The browser keeps nothing for us: private mode, no room, a broken disk, or somebody emptied it this moment. */
export class StoreFault extends Error {}

let opening = null;

/** Reads: `work(stores)` gets an object of stores by name; use `ask` on their requests, and await nothing else. */
export const look = (work) => inTransaction("readonly", work);

/** Changes, all or nothing. Resolves with what `work` gives once everything is safely stored. Throws what `work` throws. */
export const change = (work) => inTransaction("readwrite", work);

/** A request's answer. */
export function ask(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inTransaction(mode, work) {
  const database = await open();
  let transaction;
  try {
    transaction = database.transaction(STORES, mode, { durability: "strict" });
  } catch (fault) {
    opening = null; // the browser closed it
    throw new StoreFault(String(fault));
  }
  const ended = new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(new StoreFault(String(transaction.error)));
  });
  ended.catch(() => {}); // whoever waits for it hears of it
  const stores = Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)]));
  let result;
  try {
    result = await work(stores);
  } catch (fault) {
    try {
      transaction.abort();
    } catch {
      // it has ended already
    }
    throw fault instanceof DOMException ? new StoreFault(String(fault)) : fault;
  }
  await ended;
  return result;
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StoreFault("no answer")), PATIENCE);
    const fail = (fault) => {
      clearTimeout(timer);
      opening = null;
      reject(new StoreFault(String(fault)));
    };
    let request;
    try {
      request = indexedDB.open(NAME, VERSION);
    } catch (fault) {
      fail(fault);
      return;
    }
    request.onupgradeneeded = () => {
      for (const name of STORES) request.result.createObjectStore(name, WITH_IDS.includes(name) ? { keyPath: "id" } : {});
    };
    request.onerror = () => fail(request.error);
    request.onsuccess = () => {
      clearTimeout(timer);
      const database = request.result;
      const forget = () => {
        database.close();
        opening = null;
      };
      database.onversionchange = forget;
      database.onclose = forget;
      resolve(database);
    };
  });
  return opening;
}
