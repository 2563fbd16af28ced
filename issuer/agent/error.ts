import { Refusal } from '@symbolon/schemas';

/** Why the authority's keys are not to be had. */
export type AgentErrorCode =
  | 'key_store_missing'
  | 'key_store_invalid'
  | 'key_unknown'
  | 'passphrase_wrong';

/** The key store cannot be used, with a stable `code`. */
export class AgentError extends Refusal<AgentErrorCode> {
  override readonly name = 'AgentError';
}
