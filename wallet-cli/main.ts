import { type Program, processWorld, runProgram } from '@symbolon/terminal/program';

const program: Program = {
  name: 'wallet',
  summary: 'holds a virtual identity card and shows of it what a counter needs',
  commands: [
    {
      name: 'init',
      summary: 'Makes a wallet that trusts one authority',
      load: async () => (await import('./commands/init.ts')).initCommand,
    },
    {
      name: 'bundle import',
      summary: 'Takes over a trust bundle of the authority',
      load: async () => (await import('./commands/bundle-import.ts')).bundleImportCommand,
    },
    {
      name: 'accept',
      summary: 'Fetches the cards that an issuer offers',
      load: async () => (await import('./commands/accept.ts')).acceptCommand,
    },
    {
      name: 'list',
      summary: 'Lists the cards',
      load: async () => (await import('./commands/list.ts')).listCommand,
    },
    {
      name: 'show',
      summary: 'Shows what is on a card',
      load: async () => (await import('./commands/show.ts')).showCommand,
    },
    {
      name: 'present',
      summary: 'Answers the request of a counter, after asking you',
      load: async () => (await import('./commands/present.ts')).presentCommand,
    },
    {
      name: 'history',
      summary: 'Shows what was shown to whom, and what was refused',
      load: async () => (await import('./commands/history.ts')).historyCommand,
    },
    {
      name: 'delete',
      summary: 'Deletes a card',
      load: async () => (await import('./commands/delete.ts')).deleteCommand,
    },
    {
      name: 'backup',
      summary: 'Writes cards and keys to an encrypted file',
      load: async () => (await import('./commands/backup.ts')).backupCommand,
    },
    {
      name: 'restore',
      summary: 'Makes a wallet from a backup',
      load: async () => (await import('./commands/restore.ts')).restoreCommand,
    },
    {
      name: 'doctor',
      summary: 'Says what is wrong with this wallet and how to mend it',
      load: async () => (await import('./commands/doctor.ts')).doctorCommand,
    },
  ],
};

process.exitCode = await runProgram(program, process.argv.slice(2), processWorld());
