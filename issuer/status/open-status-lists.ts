import type { AgentPart } from '../agent-part.ts';
import type { Issuer } from '../issuer.ts';
import type { StatusEntry, StatusListRow, StatusValue } from '../store/issuance-store.ts';
import { createIndexPool, type StatusIndex } from './index-pool.ts';
import { createPublishedList, type PublishedList } from './published-list.ts';
import type { AllocatedStatus, ListChange, StatusLists } from './status-lists.ts';

/** What status lists stand on. */
export type StatusListParts = Pick<Issuer, 'store' | 'config' | 'random'> &
  AgentPart<'mac' | 'status'> & {
    /** Entries of a list that is made from here on; 2^20 but in tests. */
    readonly listSize?: number;
  };

const LIST_SIZE = 2 ** 20;
/** Up to so many decoys change with each change, so that its size tells less. */
const MOST_DECOYS = 7;

/** Opens the status lists of a store, and makes the first one when there is none. */
export async function openStatusLists({
  store,
  agent,
  config,
  random,
  listSize = LIST_SIZE,
}: StatusListParts): Promise<StatusLists> {
  const published = new Map<number, PublishedList>();
  const publish = ({ listNumber, size }: StatusListRow, entries: readonly StatusEntry[]): void => {
    const list = createPublishedList(`${config.baseUrl}/status/${listNumber}`, size, agent.status);
    for (const entry of entries) list.set(entry);
    published.set(listNumber, list);
  };
  const find = (listNumber: number): PublishedList => {
    const list = published.get(listNumber);
    if (list === undefined) throw new RangeError('there is no such status list');
    return list;
  };

  const lists = await store.getStatusLists();
  for (const row of lists) publish(row, await store.getStatusEntries(row.listNumber));
  const parts = { store, mac: agent.mac, random, lists, listSize, onNewList: publish };
  const pool = await createIndexPool(parts);

  const applyChange = async (change: ListChange): Promise<readonly StatusEntry[]> => {
    const stateOf = ({ listNumber, index }: StatusIndex): StatusValue =>
      find(listNumber).get(index);
    const due = change.entries.filter(
      (entry) => stateOf(entry) !== 1 && stateOf(entry) !== entry.value,
    );
    const [first] = due;
    const isFromValid = due.some((entry) => stateOf(entry) === 0);
    const isFromSuspended = due.some((entry) => stateOf(entry) === 2);
    const fresh = isFromValid ? await pool.take((random(1)[0] ?? 0) % (MOST_DECOYS + 1)) : [];
    const companions = isFromSuspended
      ? change.companions.filter((each) => stateOf(each) === 2)
      : [];
    const decoys = [...fresh, ...companions].map(({ listNumber, index }) => ({
      listNumber,
      index,
      value: first?.value ?? 0,
    }));
    const { enrolmentId, changeId } = change;
    const changed = await store.changeStatus({
      enrolmentId,
      changeId,
      sealedChange: change.seal(fresh),
      entries: [...change.entries, ...decoys],
    });
    for (const entry of changed) find(entry.listNumber).set(entry);
    return changed.filter((entry) => !decoys.some((decoy) => isSame(decoy, entry)));
  };
  // One after the other: two at once would both bring decoys for one change.
  let lastChange: Promise<unknown> = Promise.resolve();

  return {
    allocate: async (count): Promise<readonly AllocatedStatus[]> => {
      const taken = await pool.take(count);
      return taken.map((each) => ({ ...each, uri: find(each.listNumber).uri }));
    },
    change: (change): Promise<readonly StatusEntry[]> => {
      const done = lastChange.then(() => applyChange(change));
      lastChange = done.catch(() => undefined);
      return done;
    },
    getStatus: (listNumber, index) => find(listNumber).get(index),
    getToken: async (listId, now) =>
      /^[1-9]\d{0,8}$/.test(listId) ? published.get(Number(listId))?.currentToken(now) : undefined,
    getUris: () => [...published.values()].map(({ uri }) => uri),
    createTokens: (issuedAt) =>
      Promise.all([...published.values()].map((list) => list.createToken(issuedAt))),
  };
}

function isSame(one: StatusIndex, other: StatusIndex): boolean {
  return one.listNumber === other.listNumber && one.index === other.index;
}
