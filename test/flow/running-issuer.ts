import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IssuerConfigFile, parseIssuerConfig } from '@symbolon/schemas/issuer-config';
import { createAuthority } from '../../issuer/create-authority.ts';
import { createIssuerServer } from '../../issuer/http/issuer-server.ts';
import { createLog } from '../../issuer/http/log.ts';
import { createOffer } from '../../issuer/issuance/create-offer.ts';
import { enrol } from '../../issuer/issuance/enrol.ts';
import type { Issuer } from '../../issuer/issuer.ts';
import { openIssuer } from '../../issuer/open-issuer.ts';
import { GRANT, requestToken, seconds } from './holder.ts';

/** An offer taken apart. */
export type ReceivedOffer = {
  readonly offerUri: string;
  readonly code: string;
  readonly txCode: string;
};

/** An issuer over real HTTP in this process, in a data folder of its own. */
export type RunningIssuer = {
  readonly baseUrl: string;
  readonly issuer: Issuer;
  /** Seconds by which the issuer's clock is ahead of this computer's. */
  readonly clock: { ahead: number };
  readonly log: () => string;
  /** Enrols somebody new, whose names are these. */
  readonly enrol: (person?: Record<string, unknown>) => Promise<string>;
  readonly offer: (
    formats: readonly string[],
    by?: 'value' | 'reference',
    enrolmentId?: string,
  ) => Promise<ReceivedOffer>;
  /** An access token for these formats. */
  readonly token: (formats?: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
};

/** Members of `issuer.json`, and of its limits, that differ from the defaults. */
export type Settings = Partial<Omit<IssuerConfigFile, 'limits'>> & {
  readonly limits?: Partial<IssuerConfigFile['limits']>;
};

export const PASSPHRASE = 'only for tests';

export async function startIssuer(settings: Settings = {}): Promise<RunningIssuer> {
  const folder = await mkdtemp(join(tmpdir(), 'symbolon-flow-'));
  const baseUrl = `http://127.0.0.1:${await freePort()}`;
  const clock = { ahead: 0 };
  const now = (): number => seconds() + clock.ahead;
  await createTestAuthority(folder, baseUrl, settings);
  const issuer = await openIssuer(folder, { passphrase: PASSPHRASE, now });
  const lines: string[] = [];
  const log = createLog('debug', { write: (line: string) => void lines.push(line) });
  const server = createIssuerServer(issuer, log);
  const { host, port } = issuer.config.listen;
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  let someone: Promise<string> | undefined;
  const enrolPerson: RunningIssuer['enrol'] = (person = {}) => enrolSomebody(issuer, person);
  const offer: RunningIssuer['offer'] = async (formats, by = 'value', enrolmentId) => {
    someone ??= enrolmentId === undefined ? enrolPerson() : undefined;
    const { offerUri, txCode } = await createOffer(issuer, {
      enrolmentId: enrolmentId ?? String(await someone),
      configurationIds: formats.map((format) => `identity-card_${format}`),
      byReference: by === 'reference',
    });
    return { offerUri, txCode, code: by === 'value' ? codeOf(offerUri) : '' };
  };
  return {
    baseUrl,
    issuer,
    clock,
    log: () => lines.join(''),
    enrol: enrolPerson,
    offer,
    token: async (formats = ['dc+sd-jwt']): Promise<string> => {
      const { code, txCode } = await offer(formats);
      const parameters = { 'pre-authorized_code': code, tx_code: txCode };
      return String((await requestToken(baseUrl, parameters)).json['access_token']);
    },
    stop: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await issuer.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** An authority whose passphrase costs nothing. */
export async function createTestAuthority(
  folder: string,
  baseUrl: string,
  settings: Settings = {},
): Promise<void> {
  const { port } = new URL(baseUrl);
  const full = parseIssuerConfig({
    kind: 'symbolon-issuer',
    version: 1,
    authority: 'Test authority',
    demo: true,
    base_url: baseUrl,
    listen: { host: '127.0.0.1', port: Number(port) },
    ...settings,
  });
  await createAuthority(folder, {
    authority: 'Test authority',
    demo: true,
    baseUrl,
    passphrase: PASSPHRASE,
    now: seconds,
    random: (size) => new Uint8Array(randomBytes(size)),
    settings: full,
    scryptCost: 16_384,
  });
}

/** A person whom the register confirms, whoever it is. */
export async function enrolSomebody(
  issuer: Issuer,
  person: Record<string, unknown> = {},
): Promise<string> {
  const register = {
    ...issuer.register,
    findPerson: async () => ({ portrait: undefined, portraitThumb: undefined }),
  };
  const birthdate = '1990-01-02';
  const { enrolmentId } = await enrol(
    { ...issuer, register },
    {
      operator: 'operator-7',
      record: {
        id_number: identityNumber(birthdate),
        family_name: '张',
        given_name: '伟',
        birthdate,
        sex: 1,
        nationalities: ['CN'],
        vouching: { method: 'seen_in_person', date: new Date().toISOString().slice(0, 10) },
        ...person,
      },
    },
  );
  return enrolmentId;
}

let people = 0;

/** A new number by GB 11643-1999 of a man born on that day. */
function identityNumber(birthdate: string): string {
  people += 1;
  const order = String(people * 2 + 1).padStart(3, '0');
  const body = `110101${birthdate.replaceAll('-', '')}${order}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, at) => total + weight * Number(body[at]), 0);
  return body + '10X98765432'[sum % 11];
}

/** The pre-authorized code of an offer by value. */
export function codeOf(offerUri: string): string {
  const offer = JSON.parse(String(new URL(offerUri).searchParams.get('credential_offer')));
  return String(Object(offer).grants[GRANT]['pre-authorized_code']);
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(Number(Object(server.address()).port)));
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
