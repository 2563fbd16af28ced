import { processWorld, runProgram } from '@symbolon/terminal';
import { ISSUER_PROGRAM } from './program.ts';

process.exitCode = await runProgram(ISSUER_PROGRAM, process.argv.slice(2), processWorld());
