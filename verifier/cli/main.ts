import { type Program, processWorld, runProgram } from '@symbolon/terminal/program';

// `explain`, `desk`, `gate` and `serve` will stand in this table too.
const program: Program = {
  name: 'verifier',
  summary: 'asks for what a counter needs to know, and checks the answer without a network',
  commands: [
    {
      name: 'init',
      summary: 'Sets up a desk that trusts one authority',
      load: async () => (await import('./commands/init.ts')).initCommand,
    },
    {
      name: 'bundle import',
      summary: 'Takes over a trust bundle of the authority',
      load: async () => (await import('./commands/bundle-import.ts')).bundleImportCommand,
    },
    {
      name: 'request',
      summary: 'Makes a fresh signed request',
      load: async () => (await import('./commands/request.ts')).requestCommand,
    },
    {
      name: 'check',
      summary: 'Checks the answer to a request',
      load: async () => (await import('./commands/check.ts')).checkCommand,
    },
    {
      name: 'doctor',
      summary: 'Says what is wrong with this desk and how to mend it',
      load: async () => (await import('./commands/doctor.ts')).doctorCommand,
    },
  ],
};

process.exitCode = await runProgram(program, process.argv.slice(2), processWorld());
