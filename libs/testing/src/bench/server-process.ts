import { type ChildProcess, fork } from 'node:child_process';

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    /** Milliseconds from the start of the process until it listened. */
    readonly startUp: number,
  ) {}

  /**
   * Starts a server and waits until it listens: it sends its port.
   *
   * @param settings reach it as JSON, its only parameter.
   */
  static start(
    entry: URL,
    settings: object,
    {
      execArgv = [],
      variables = {},
    }: { readonly execArgv?: readonly string[]; readonly variables?: Readonly<Record<string, string>> } = {},
  ): Promise<ServerProcess> {
    const began = performance.now();
    const child = fork(entry, [JSON.stringify(settings)], {
      execArgv: ['--enable-source-maps', ...execArgv],
      env: { PATH: '/usr/bin:/bin', ...variables },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new Promise((resolve, reject) => {
      child.once('message', ({ port }: { port: number }) =>
        resolve(new ServerProcess(child, port, performance.now() - began)),
      );
      child.once('exit', (code) => reject(new Error(`${entry.pathname} ended with ${code} before it listened.`)));
    });
  }

  /** Bytes that the process holds, after its garbage was collected where it can be. */
  memory(): Promise<number> {
    return this.ask<number>({ ask: 'memory' });
  }

  /** Where the processor's time goes for so long. */
  profile(milliseconds: number): Promise<Record<string, number>> {
    return this.ask<Record<string, number>>({ ask: 'profile', milliseconds });
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.kill('SIGKILL');
    });
  }

  private ask<Answer>(question: object): Promise<Answer> {
    return new Promise((resolve) => {
      this.child.once('message', ({ answer }: { answer: Answer }) => resolve(answer));
      this.child.send(question);
    });
  }
}
