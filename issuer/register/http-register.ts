import { parseJson } from '@symbolon/credentials/jose';
import {
  MAX_REGISTER_ANSWER_BYTES,
  parseRegisterAnswer,
  type RegisterAnswer,
  type RegisterRequest,
} from '@symbolon/schemas/population-register';
import {
  type PopulationRegister,
  personUnconfirmed,
  RegisterError,
  type RegisteredPerson,
  type RegisterQuery,
} from './population-register.ts';

/** Where the register is reached, and how long it may take. */
export type HttpRegisterOptions = {
  /** An https origin, or http on loopback. */
  readonly url: string;
  readonly timeoutSeconds: number;
  /** Bearer token, where the register asks for one. */
  readonly token: string | undefined;
};

/** The one address of the register's interface. */
const PATH = '/persons/confirm';

/**
 * A population register behind HTTP: `POST <url>/persons/confirm` with number, names and birth date
 * as JSON; it answers with 200 and a strict JSON body. No redirect is followed, the answer has a
 * limit in size and time, and nothing of the person is in the URL or in an error.
 */
export function openHttpRegister(options: HttpRegisterOptions): PopulationRegister {
  return {
    findPerson: async (query): Promise<RegisteredPerson> => {
      const answer = await requestConfirmation(options, query);
      if (answer.result === 'unconfirmed') throw personUnconfirmed();
      return { portrait: answer.portrait, portraitThumb: answer.portrait_thumb };
    },
    close: async () => undefined,
  };
}

async function requestConfirmation(
  { url, timeoutSeconds, token }: HttpRegisterOptions,
  { idNumber, familyName, givenName, birthdate }: RegisterQuery,
): Promise<RegisterAnswer> {
  const body: RegisterRequest = {
    id_number: idNumber,
    family_name: familyName,
    given_name: givenName,
    birthdate,
  };
  let response: Response | undefined;
  try {
    response = await fetch(new URL(PATH, url), {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutSeconds * 1000),
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    return parseRegisterAnswer(await readJson(response));
  } catch (cause) {
    if (cause instanceof RegisterError) throw cause;
    // The cause of a failed fetch names addresses and times, never the body.
    const answered = response !== undefined;
    const why = answered ? 'answered in another form than agreed' : 'cannot be reached';
    throw unavailable(why, cause);
  }
}

async function readJson(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? '';
  if (response.status !== 200 || !/^application\/json(?:;|$)/i.test(type)) {
    await response.body?.cancel();
    throw unavailable(`answered with status ${response.status}`);
  }
  const limits = { maxBytes: MAX_REGISTER_ANSWER_BYTES, maxDepth: 4 };
  return parseJson(
    new TextDecoder('utf-8', { fatal: true }).decode(await readBody(response)),
    limits,
  );
}

async function readBody(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_REGISTER_ANSWER_BYTES) throw unavailable('answered with too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unavailable(why: string, cause?: unknown): RegisterError {
  return new RegisterError('register_unavailable', `the population register ${why}`, {
    cause,
    hint: 'nobody is enrolled without it; try again later',
  });
}
