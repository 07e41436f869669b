/** Whether the first client has come, and who is to be told of it. An AbortController would cost that client a millisecond. */
export class FirstClient {
  come = false;
  /** Called once, at once. */
  tell: (() => void) | null = null;

  comes(): void {
    if (this.come) return;
    this.come = true;
    this.tell?.();
  }
}
