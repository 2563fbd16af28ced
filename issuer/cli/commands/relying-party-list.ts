import type { JsonObject } from '@symbolon/schemas';
import { type ListedParty, parseListedParties } from '@symbolon/schemas/issuer-control';
import { type Command, EXIT, visibleText } from '@symbolon/terminal';
import { runAction } from '../run-action.ts';

/** `issuer relying-party list`. */
export const relyingPartyListCommand: Command = {
  usage: 'relying-party list',
  help: `Lists every relying party that was registered, with its id, until when, and whether it was
revoked.

Examples:
  issuer relying-party list
  issuer relying-party list --json

Exit codes: 0 listed, 1 refused, 2 wrong usage.`,
  options: {},
  run: async (context) => {
    const result = await runAction(context, { action: 'relying_party_list' });
    const parties = parseListedParties(result);
    context.terminal.result(
      { relying_parties: parties.map(toJson) },
      parties.length === 0 ? ['no relying party is registered'] : parties.map(describe),
    );
    return EXIT.done;
  },
};

function toJson({ revoked_at, ...party }: ListedParty): JsonObject {
  return revoked_at === undefined ? party : { ...party, revoked_at };
}

function describe(party: ListedParty): string {
  const until = new Date(party.expires_at * 1000).toISOString().slice(0, 10);
  const state = party.revoked_at === undefined ? `until ${until}` : 'revoked';
  return `${party.relying_party_id}  ${state.padEnd(16)}  ${party.identifier}  ${visibleText(party.name)}`;
}
