/** Each text once, with a number from 0: millions of events name the same ids again and again. */
export class Texts {
  readonly #texts: string[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  text(number: number): string {
    const text = this.#texts[number];
    if (text === undefined) throw new RangeError(`there is no text ${number}`);
    return text;
  }

  /** The numbers stay, but no text is found by itself any more: looking up takes more room than the texts. */
  forgetLookup(): void {
    this.#numbers.clear();
  }

  get size(): number {
    return this.#texts.length;
  }
}
