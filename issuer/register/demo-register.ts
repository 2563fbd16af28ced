import { createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDemoRegister } from '@symbolon/schemas/population-register';
import { readTextFile, writeFileAtomic } from '@symbolon/terminal';
import { demoPeople } from './demo-people.ts';
import {
  type PopulationRegister,
  personUnconfirmed,
  RegisterError,
  type RegisteredPerson,
  type RegisterQuery,
} from './population-register.ts';

/** The embedded register's file in the data folder. */
export const DEMO_REGISTER_FILE = 'register.json';

const MAX_FILE_BYTES = 1_048_576;
const PORTRAITS = new URL('./portraits/', import.meta.url);

/**
 * Writes the register of made-up people. The file finds a person by a keyed hash of number, names
 * and birth date together and holds none of them; since the key lies in the same file, that is
 * tidiness and no protection, which made-up people do not need.
 */
export async function createDemoRegister(folder: string): Promise<void> {
  const key = randomBytes(32);
  const people = demoPeople().map(({ record, portrait }) => {
    const { id_number, family_name, given_name, birthdate } = record;
    const query = {
      idNumber: id_number,
      familyName: family_name,
      givenName: given_name,
      birthdate,
    };
    return [hashOf(key, query), portrait] as const;
  });
  const file = {
    kind: 'symbolon-demo-register',
    version: 1,
    key: key.toString('base64url'),
    people: Object.fromEntries(people),
  };
  await writeFileAtomic(join(folder, DEMO_REGISTER_FILE), `${JSON.stringify(file)}\n`, 0o600);
}

/**
 * Opens the register of made-up people.
 *
 * @throws {@link RegisterError} `register_unavailable` when there is none, as in an authority that
 *   is no demo and has no register configured.
 */
export async function openDemoRegister(folder: string): Promise<PopulationRegister> {
  const path = join(folder, DEMO_REGISTER_FILE);
  const text = await readTextFile(path, { maxBytes: MAX_FILE_BYTES }).catch((cause: unknown) => {
    throw new RegisterError('register_unavailable', 'there is no population register', {
      cause,
      hint: "name one under 'register' in issuer.json, or make a demo authority",
    });
  });
  const file = parseDemoRegister(JSON.parse(text));
  const key = Buffer.from(file.key, 'base64url');
  const people = new Map(Object.entries(file.people));
  return {
    findPerson: async (query): Promise<RegisteredPerson> => {
      const portrait = people.get(hashOf(key, query));
      if (portrait === undefined) throw personUnconfirmed();
      return readPortraits(portrait);
    },
    close: async () => undefined,
  };
}

function hashOf(key: Uint8Array, query: RegisterQuery): string {
  const { idNumber, familyName, givenName, birthdate } = query;
  // JSON keeps the borders between the four.
  const text = JSON.stringify([idNumber, familyName, givenName, birthdate]);
  return createHmac('sha256', key).update(text).digest('base64url');
}

async function readPortraits(portrait: number): Promise<RegisteredPerson> {
  const [jpeg, avif] = await Promise.all([
    readFile(new URL(`face-${portrait}.jpg`, PORTRAITS)),
    readFile(new URL(`face-${portrait}.avif`, PORTRAITS)),
  ]);
  return { portrait: jpeg.toString('base64'), portraitThumb: avif.toString('base64') };
}
