import { type Command, EXIT, visibleText } from '@symbolon/terminal';
import { issuerPassphrase } from '../issuer-passphrase.ts';

/** `issuer serve`. */
export const serveCommand: Command = {
  usage: 'serve',
  help: `Runs the service until it gets SIGTERM or SIGINT; then it takes no more requests, finishes those
under way, and closes the store. The address is 'listen' in issuer.json, the public one 'base_url'.
While it runs, the other issuer commands reach it over a socket in the data folder.

The log goes to standard error, one JSON object a line; standard output says where it listens.

Examples:
  issuer serve
  issuer serve --passphrase-file /run/secrets/issuer 2>>issuer.log

Exit codes: 0 stopped, 1 refused (for example: wrong passphrase, address in use), 2 wrong usage.`,
  options: {},
  run: async (context) => {
    const { home, terminal } = context;
    const passphrase = await issuerPassphrase(context);
    // Not before it is needed: '--help' loads neither the service nor the agent.
    const { runService } = await import('../run-service.ts');
    await runService(home, passphrase, {
      ready: ({ address: host, port }, { baseUrl, authority, demo }) => {
        terminal.result({ listening: { host, port }, base_url: baseUrl }, [
          `listening on ${host} port ${port} for ${baseUrl}`,
        ]);
        terminal.note(`${visibleText(authority)}${demo ? ' (demo)' : ''}: ready`);
      },
    });
    return EXIT.done;
  },
};
