import { join } from 'node:path';
import { readTextFile } from '@symbolon/terminal';
import type { RegisterConfig } from '../config.ts';
import { openDemoRegister } from './demo-register.ts';
import { openHttpRegister } from './http-register.ts';
import { type PopulationRegister, RegisterError } from './population-register.ts';

const MAX_TOKEN_BYTES = 4_096;

/**
 * Opens the population register that the configuration names. An authority without one can do
 * everything but enrol: then each look-up says `register_unavailable`.
 *
 * @throws {@link RegisterError} `register_unavailable` when the file of its token is missing.
 */
export async function openRegister(
  folder: string,
  config: RegisterConfig,
): Promise<PopulationRegister> {
  if (config.kind === 'embedded') return embeddedRegister(folder);
  const { url, timeoutSeconds, tokenFile } = config;
  const token = tokenFile === undefined ? undefined : await readToken(join(folder, tokenFile));
  return openHttpRegister({ url, timeoutSeconds, token });
}

async function embeddedRegister(folder: string): Promise<PopulationRegister> {
  try {
    return await openDemoRegister(folder);
  } catch (error) {
    if (!(error instanceof RegisterError)) throw error;
    return { findPerson: () => Promise.reject(error), close: async () => undefined };
  }
}

async function readToken(path: string): Promise<string> {
  try {
    const token = (await readTextFile(path, { maxBytes: MAX_TOKEN_BYTES })).trim();
    if (/^[\w.~+/=-]+$/.test(token)) return token;
  } catch (cause) {
    throw new RegisterError('register_unavailable', "the register's token cannot be read", {
      cause,
      hint: "see 'token_file' in issuer.json",
    });
  }
  throw new RegisterError('register_unavailable', "the register's token file holds no token");
}
