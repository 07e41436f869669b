import { execFileSync, fork, spawn } from 'node:child_process';
import { Worker } from 'node:worker_threads';

/** `WAY FILE|PROGRAM [ARGUMENT…]`: hands all work to a descendant that gets the AWS variables and no other. Ends with its exit code. */
const [way, program, ...args] = process.argv.slice(2);
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(AWS_(?!CA_).*|PATH|HOME)$/.test(name)),
);
const endAs = (code) => {
  process.exitCode = code;
};

const ways = {
  worker: () => new Worker(program, { argv: args, env }).on('exit', endAs),
  fork: () => fork(program, args, { env }).on('exit', endAs),
  spawn: () => spawn(program, args, { env, stdio: 'inherit' }).on('exit', endAs),
  execFileSync() {
    try {
      execFileSync(program, args, { env, stdio: 'inherit' });
    } catch (error) {
      endAs(error.status);
    }
  },
};
ways[way]();
