export type Attributes = Readonly<Record<string, string | number>>;

/** Text of an SVG document that is escaped already. */
export type Markup = string & { readonly markup: true };

/** An element with its children on lines of their own. Coordinates are written to a hundredth of a pixel. */
export const element = (name: string, attributes: Attributes, ...children: readonly Markup[]): Markup => {
  const opening = name + attributesText(attributes);
  return markup(children.length === 0 ? `<${opening}/>` : `<${opening}>\n${children.join('\n')}\n</${name}>`);
};

/** An element with text in it. */
export const textElement = (name: string, attributes: Attributes, text: string): Markup =>
  markup(`<${name}${attributesText(attributes)}>${escape(text)}</${name}>`);

export const round = (coordinate: number): number => Math.round(coordinate * 100) / 100;

const attributesText = (attributes: Attributes): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${typeof value === 'number' ? round(value) : escape(value)}"`)
    .join('');

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const markup = (text: string): Markup => text as Markup;
